"""What all parts of a day share: the province, the people, the account of what was planted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from deploy.demo.chance import chance
from deploy.demo.people import People, Plates
from deploy.demo.planting import Planter
from shared.ids import derived_id
from shared.profile import Profile, Ward


@dataclass(slots=True)
class Scene:
    """One day in the making. Each part draws from its own source, so that a change in one leaves the others alone."""

    seed: int
    start: datetime
    profile: Profile
    people: People = field(init=False)
    plates: Plates = field(init=False)
    planter: Planter = field(default_factory=Planter)

    def __post_init__(self) -> None:
        self.people = People(self.source("people"), self.profile, self.start.date())
        self.plates = Plates(self.source("plates"), self.profile)

    def source(self, part: str) -> Random:
        return Random(f"{self.seed}/{part}")

    def key(self, part: str, number: int) -> str:
        """A record's id. Another start gives others, so that a second demo is no retry of the first."""
        return derived_id(f"{self.seed}/{self.start.isoformat()}", f"{part}/{number}")

    def when(self, at: timedelta) -> datetime:
        return self.start + at

    def ward(self, rng: Random) -> tuple[Ward, str]:
        """A ward, and what somebody calls it: today's name, one of the old ones, or its whole title."""
        ward = rng.choice(self.profile.wards)
        clear = [old.name for old in ward.old if old.district is None]
        if clear and chance(rng, 0.3):
            return ward, rng.choice(clear)
        return ward, ward.title.vi.lower() if chance(rng, 0.2) else ward.name
