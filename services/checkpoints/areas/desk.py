"""The areas' desk: load, decide, save, answer, for pages and HTTP alike."""

from dataclasses import dataclass
from functools import partial

from services.checkpoints.areas.commands import DeclareArea, EndArea
from services.checkpoints.areas.domain import Area, Measure, Period, decide_declaration, decide_end
from services.checkpoints.areas.store import MongoAreas
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.http import command_digest
from shared.ids import derived_id
from shared.pending import Command, Versioned
from shared.profile import Area as ProfileArea
from shared.profile import Profile

SEED = "profile"
"""Who declared the areas that a new installation begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaDesk:
    """The use cases of epidemic areas."""

    areas: MongoAreas
    profile: Profile
    audit: Audit
    clock: Clock

    async def declare(
        self, area_id: str, command: DeclareArea, key: str, by: str, version: int | None = None
    ) -> Versioned[Area]:
        """Declare an area, or another measure for a known one from a moment on; of this version, if one is named."""
        declared = _declared(area_id, command, by, self.clock)
        await self.audit.record(by, "area.declared", f"area/{area_id}", details={"measure": command.measure.value})
        done = await self._declare(declared, Command(id=key, digest=command_digest(command)), version)
        self.areas.forget()
        return done

    async def end(
        self, area_id: str, command: EndArea, key: str, by: str, version: int | None = None
    ) -> Versioned[Area]:
        """The area no longer counts from a moment on."""
        await self.audit.record(by, "area.ended", f"area/{area_id}")
        done = await self.areas.aggregates.change(
            area_id,
            partial(decide_end, until=command.effective_until, now=self.clock()),
            cause_of_command(key),
            command=Command(id=key, digest=command_digest(command)),
            expected_version=version,
        )
        self.areas.forget()
        return done

    async def seed(self) -> None:
        """The areas that the profile begins with; those that are there stay as people have changed them."""
        for area in self.profile.areas:
            if await self.areas.aggregates.find(area.id) is None:
                await self._declare(seeded(area, self.clock), Command(id=derived_id(area.id, "seed")))

    async def _declare(self, declared: Area, command: Command, version: int | None = None) -> Versioned[Area]:
        now, cause = self.clock(), cause_of_command(command.id)
        if version is None and await self.areas.aggregates.find(declared.id) is None:
            change = decide_declaration(None, declared, now)
            return await self.areas.aggregates.create(declared.id, change, cause, command=command)
        return await self.areas.aggregates.change(
            declared.id,
            lambda known: decide_declaration(known, declared, now),
            cause,
            command=command,
            expected_version=version,
        )


def seeded(area: ProfileArea, clock: Clock) -> Area:
    """An area as the profile has it; a verdict that is no measure counts as the strictest."""
    measure = Measure(area.verdict) if area.verdict in set(Measure) else Measure.ISOLATE
    return Area(
        id=area.id,
        name=area.name.vi,
        name_en=area.name.en,
        called=area.called,
        days=area.days,
        periods=(Period(measure=measure, since=area.since, until=area.until),),
        declared_by=SEED,
        declared_at=clock(),
    )


def _declared(area_id: str, command: DeclareArea, by: str, clock: Clock) -> Area:
    return Area(
        id=area_id,
        name=command.name,
        name_en=command.name_en or command.name,
        called=command.called,
        days=command.days,
        periods=(Period(measure=command.measure, since=command.effective_from, until=command.effective_until),),
        declared_by=by,
        declared_at=clock(),
    )
