"""The desk of passes: look up at once what is known, judge, write once, answer; for pages, queues and HTTP alike."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from services.checkpoints.areas.store import MongoAreas
from services.checkpoints.passes.commands import ObservedPass, OverrideVerdict
from services.checkpoints.passes.domain import Override, Pass, decide_override, decide_recording
from services.checkpoints.passes.judging import Judgement, Known, decide_verdict
from services.checkpoints.passes.observation import FIRST, Observation, observe
from services.checkpoints.passes.store import MongoPasses, PassSeals
from services.checkpoints.permits.domain import KnownPermit
from services.checkpoints.permits.store import MongoPermits
from services.checkpoints.posts.domain import require_post
from services.checkpoints.posts.duty import COMMAND, post_of, require_agency
from services.checkpoints.watchlist.desk import WatchDesk
from services.checkpoints.watchlist.domain import Hit
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.http import command_digest
from shared.identity.masking import mask_text
from shared.identity.references import References
from shared.pending import Command, Versioned
from shared.profile import Profile
from shared.security import Person
from shared.text import read_plate, require_plausible

READERS = ("cdc", "police", "hospital")
"""Whose officers and programs may look up who was in a vehicle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDesk:
    """The use cases of passes."""

    passes: MongoPasses
    permits: MongoPermits
    areas: MongoAreas
    watch: WatchDesk
    references: References
    seals: PassSeals
    profile: Profile
    audit: Audit
    clock: Clock

    async def record(self, pass_id: str, command: ObservedPass, person: Person) -> Versioned[Pass]:
        """Record a pass under the id its device chose; the same one again gets the first verdict.

        Raises:
            Forbidden: the person works at another post.
            Unprocessable: there is no such post, or the device's clock is far off.
        """
        now = self.clock()
        observed = self._observed(command, person, now)
        sealed, (judgement, hits) = await asyncio.gather(self._sealed(pass_id, observed, now), self._judged(observed))
        seen = _pass_of(command, observed, judgement, person.account, now)
        return await self.passes.aggregates.create(
            pass_id,
            decide_recording(pass_id, replace(seen, identity=sealed, hits=tuple(hit.entry_id for hit in hits))),
            cause_of_command(pass_id),
            command=Command(id=pass_id, digest=command_digest(command)),
        )

    async def judge(self, command: ObservedPass, person: Person) -> Judgement:
        """The verdict without a record of the pass: only that somebody asked is recorded."""
        observed = self._observed(command, person, self.clock())
        (judgement, _), _ = await asyncio.gather(
            self._judged(observed),
            self.audit.record(person.account, "pass.judged", f"post/{observed.seen.post}"),
        )
        return judgement

    async def override(self, pass_id: str, command: OverrideVerdict, key: str, person: Person) -> Versioned[Pass]:
        """A supervisor decides otherwise."""
        require_agency(person, COMMAND)
        await self.audit.record(person.account, "pass.overridden", f"pass/{pass_id}", command.reason)
        override = Override(
            verdict=command.verdict, reason=mask_text(command.reason), by=person.account, at=self.clock()
        )
        return await self.passes.aggregates.change(
            pass_id,
            lambda seen: decide_override(pass_id, seen, override),
            cause_of_command(key, pass_id),
            command=Command(id=key, digest=command_digest(command)),
        )

    async def travellers(self, pass_id: str, reason: str, person: Person) -> dict[str, object]:
        """Who and what passed; written into the audit before it is answered.

        Raises:
            Forbidden: the person or program is of an agency that has no part in tracing.
            NotFound: there is no such pass, or its identity was erased.
        """
        require_agency(person, *READERS)
        seen = await self.passes.aggregates.get(pass_id)
        await self.audit.record(person.account, "pass.read", f"pass/{pass_id}", reason, {"via": person.via})
        sealed = seen.state.identity.get("told")
        if sealed is None:
            return {}
        opened = await self.seals.open(pass_id, seen.state.post, seen.state.recorded_at, sealed)
        told: dict[str, object] = orjson.loads(opened)
        return told

    def _observed(self, command: ObservedPass, person: Person, now: datetime) -> Observation:
        post = require_post(self.profile, post_of(person, command.post))
        told = command.observed_at or now
        observed_at = require_plausible(told, now, field="observed_at", since=FIRST)
        return observe(command, post.id, observed_at, self.references, self.watch.matching)

    async def _judged(self, observed: Observation) -> tuple[Judgement, tuple[Hit, ...]]:
        """All that is known, asked for at once, and the verdict."""
        by_code, by_vehicle, hits, areas = await asyncio.gather(
            self._shown(observed),
            self.permits.by_vehicles(() if observed.code_hash else observed.seen.vehicles),
            self.watch.hits(observed.marks, observed.seen.observed_at),
            self.areas.known(),
        )
        known = Known(by_code=tuple(by_code), by_vehicle=tuple(by_vehicle), hits=hits, areas=areas)
        return decide_verdict(observed.seen, known), hits

    async def _shown(self, observed: Observation) -> list[KnownPermit]:
        return await self.permits.by_code_hash(observed.code_hash) if observed.code_hash else []

    async def _sealed(self, pass_id: str, observed: Observation, now: datetime) -> dict[str, bytes]:
        if not observed.identity:
            return {}
        return {"told": await self.seals.seal(pass_id, observed.seen.post, now, observed.identity)}


def _pass_of(command: ObservedPass, observed: Observation, judgement: Judgement, officer: str, now: datetime) -> Pass:
    seen = observed.seen
    return Pass(
        post=seen.post,
        lane=command.lane,
        direction=seen.direction,
        vehicles=seen.vehicles,
        persons=observed.persons,
        identity={},
        odd_plate=any(not read_plate(plate).known_form for plate in (command.plate, command.trailer) if plate),
        people=max(command.people, len(command.travellers)),
        temperature=seen.temperature,
        judged=judgement.verdict,
        reasons=judgement.reasons,
        flags=judgement.flags,
        permit_id=judgement.permit_id,
        device=command.device,
        officer=officer,
        observed_at=seen.observed_at,
        recorded_at=now,
        synthetic=command.synthetic,
    )
