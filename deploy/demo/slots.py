"""What the slots of a template are filled with, for one writer in one place."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from deploy.demo.actions import Person
from deploy.demo.chance import chance
from deploy.demo.people import People, Plates
from deploy.demo.spelling import bare, say_cccd, say_phone, say_plate
from deploy.demo.words import Filling, word_lists
from shared.profile import Profile, Ward

_INITIALS = 3
_FIGURES: Mapping[str, tuple[int, int]] = {
    "age": (19, 65),
    "elder": (66, 94),
    "child": (3, 16),
    "few": (2, 7),
    "days": (2, 7),
    "months": (5, 10),
    "people": (8, 61),
    "grade": (1, 13),
    "low_spo2": (76, 92),
}
_LISTS: Mapping[str, str] = {"market": "markets", "school": "schools", "rel": "relatives"}


class Slots:
    """Fillings for one text. Values of one person stay the same within it."""

    def __init__(
        self,
        *,
        rng: Random,
        profile: Profile,
        moment: datetime,
        people: People,
        plates: Plates,
        reporter: Person,
        ward: Ward,
        ward_said: str,
    ) -> None:
        self.other: Person | None = None
        self.told_plate: str | None = None
        self._rng = rng
        self._profile = profile
        self._moment = moment
        self._people = people
        self._plates = plates
        self._ward = ward
        self._street = rng.choice(word_lists()["streets"])
        self._said = ward_said
        self._personal = self._personal_fillings(reporter)
        self._told = self._told_things()

    def __call__(self, slot: str) -> Filling:
        """The filling of a slot; raises KeyError for one that no template may have."""
        if slot in self._personal:
            return self._personal[slot]()
        if slot.endswith("_latin"):
            return Filling(bare(self(slot.removesuffix("_latin")).written))
        return Filling(self._plain(slot))

    def _personal_fillings(self, reporter: Person) -> Mapping[str, Callable[[], Filling]]:
        rng = self._rng
        return {
            "name": lambda: _name(reporter.name),
            "name_latin": lambda: Filling(bare(reporter.name), "name", reporter.name),
            "phone": lambda: Filling(say_phone(reporter.phone, rng), "phone", reporter.phone),
            "cccd": lambda: Filling(say_cccd(reporter.cccd, rng), "cccd", reporter.cccd),
            "email": lambda: Filling(reporter.email, "email", reporter.email),
            "plate": self._plate,
            "other": lambda: _name(self._somebody().name),
            "other_latin": lambda: Filling(bare(self._somebody().name), "name", self._somebody().name),
            "other_phone": lambda: Filling(say_phone(self._somebody().phone, rng), "phone", self._somebody().phone),
            "other_cccd": lambda: Filling(say_cccd(self._somebody().cccd, rng), "cccd", self._somebody().cccd),
            "other_plate": self._plate,
        }

    def _told_things(self) -> Mapping[str, Callable[[], str]]:
        rng = self._rng
        return {
            "ward": lambda: self._said,
            "street": lambda: self._street,
            "house": self._people.house,
            "area": self._area,
            "temp": lambda: f"{rng.randrange(380, 402) / 10:.1f}".replace(".", rng.choice(",.")),
            "date": self._date,
            "time": lambda: f"{rng.randrange(18, 24)}h{rng.choice(('', '15', '30', '45'))}",
            "post": self._road_post,
            "price": lambda: str(rng.randrange(5, 60) * 10),
        }

    def _plain(self, slot: str) -> str:
        rng = self._rng
        if slot in _FIGURES:
            return str(rng.randrange(*_FIGURES[slot]))
        if slot in _LISTS:
            return rng.choice(word_lists()[_LISTS[slot]])
        return self._told[slot]()

    def _area(self) -> str:
        """Any of the names of an area in force but its initials, which mean other things too; mostly the full one."""
        called = self._rng.choice(self._profile.areas_at(self._moment)).called
        spoken = [name for name in called if len(name) > _INITIALS]
        return spoken[0] if chance(self._rng, 0.85) else self._rng.choice(spoken)

    def _road_post(self) -> str:
        road = [post for post in self._profile.posts if post.mode == "road"]
        return self._rng.choice(road).name.vi.removeprefix("Chốt ")

    def _date(self) -> str:
        day = (self._moment - timedelta(days=self._rng.randrange(2, 8))).date()
        return self._rng.choice((f"{day.day}/{day.month}", f"{day.day:02}-{day.month:02}"))

    def _somebody(self) -> Person:
        if self.other is None:
            self.other = self._people.somebody(ward=self._ward.id)
        return self.other

    def _plate(self) -> Filling:
        """No text speaks of two vehicles."""
        if self.told_plate is None:
            self.told_plate = self._plates.of(self._rng.choice(("motorbike", "car", "coach", "lorry")))
        return Filling(say_plate(self.told_plate, self._rng), "plate", self.told_plate)


def _name(name: str) -> Filling:
    return Filling(name, "name", name)
