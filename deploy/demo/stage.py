"""Everything that plays along, set up in order and taken down in the opposite one."""

import asyncio
import time
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from deploy.demo.actions import ActionKind, Day
from deploy.demo.agency_desks import AgencyDesks
from deploy.demo.citizens import Citizens
from deploy.demo.doors import Doors
from deploy.demo.guests import without_guests
from deploy.demo.installation import Installation
from deploy.demo.ledger import Ledger, Score
from deploy.demo.listener import Listener
from deploy.demo.outcome import Check, Outcome
from deploy.demo.player import Onlooker, Player
from deploy.demo.press import Press
from deploy.demo.privacy import search
from deploy.demo.reconciliation import Evidence, reconcile
from deploy.demo.refusals import Refusals
from deploy.demo.roads import Roads
from deploy.demo.scores import times, triage_scores
from deploy.demo.settling import Settling, outboxes_empty
from deploy.demo.staff import OPERATOR, Staff
from deploy.demo.stores import Stores
from deploy.demo.subscribers import Subscribers
from deploy.embedded.errors import CannotRun
from shared.profile import Profile

_START_WITHIN_SECONDS = 60.0
_SETTLE_WITHIN_SECONDS = 180.0
_EVERY_SECONDS = 0.5


class Stage:
    """One demo on one running system; used inside `async with`.

    Args:
        place: the running system.
        profile: its province.
        onlooker: told of what is played.
    """

    def __init__(self, place: Installation, profile: Profile, onlooker: Onlooker) -> None:
        self._onlooker = onlooker
        self._ledger = Ledger()
        self._doors = Doors(place.urls)
        self._staff = Staff(self._doors)
        self._stores = Stores(place.mongo_url)
        self._listener = Listener(place.kafka_bootstrap, [agency.id for agency in profile.agencies])
        self._subscribers = Subscribers(self._doors, self._staff, place.receivers_host, place.receivers_listen)
        self._desks = AgencyDesks(self._doors, self._staff, self._ledger, self._listener, place.kafka_bootstrap)
        self._settling = Settling(self._doors, self._listener, place.kafka_bootstrap, self._has_undelivered)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._doors)
        await self._until_quiet()
        for each in (self._stores, self._listener, self._subscribers, self._desks):
            await self._open.enter_async_context(each)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    async def leave(self) -> None:
        """The subscribers say good-bye; what was played stays."""
        await self._subscribers.leave()

    async def play(self, day: Day) -> Outcome:
        """Play the day, wait until all is quiet, compare.

        Raises:
            CannotRun: this very day was played here before.
        """
        first = day.of(ActionKind.REPORT)[0]
        if self._stores.has("intake", "reports", first.key):
            raise CannotRun(f"The day of seed {day.seed} was played here already.", "Choose another --seed, or none.")
        began = time.monotonic()
        telling = asyncio.create_task(self._tell())
        try:
            await self._player().play(day)
        finally:
            telling.cancel()
        played = time.monotonic()
        self._onlooker.says("All was answered. Waiting until it has gone all its ways …")
        settled = await self._settling.settled(_SETTLE_WITHIN_SECONDS)
        return await self._outcome(day, played - began, time.monotonic() - played, settled=settled)

    async def _has_undelivered(self) -> bool:
        said = len(self._ledger.alerts) + len(self._ledger.cancelled)
        return await self._stores.has_undelivered(self._subscribers.ids, said * len(self._subscribers.ids))

    async def _tell(self) -> None:
        """How it stands, a few times a second, until cancelled."""
        while True:
            ledger = self._ledger
            accepted = len(ledger.reports) + len(ledger.calls) + len(ledger.passes) + len(ledger.permits)
            self._onlooker.says(
                f"{accepted:,} accepted · {len(self._listener.records):,} events on Kafka · "
                f"{ledger.refused.right:,} refused as they must be · {len(self._subscribers.effects):,} delivered · "
                f"{len(ledger.surprises):,} surprises"
            )
            await asyncio.sleep(_EVERY_SECONDS)

    async def _outcome(self, day: Day, played: float, quiet: float, *, settled: bool) -> Outcome:
        heard = list(self._listener.records)
        self._onlooker.says(f"Comparing, and looking for {len(day.planted):,} planted values …")
        evidence = Evidence(
            ledger=self._ledger,
            heard=heard,
            stored=await self._stores.new(),
            effects=self._subscribers.effects,
            subscribers=self._subscribers.ids,
        )
        ours, guests = without_guests(evidence)
        return Outcome(
            seed=day.seed,
            size=len(day.actions),
            played_seconds=round(played, 1),
            settled_seconds=round(quiet, 1),
            settled=settled,
            rows=tuple(reconcile(ours)),
            checks=self._checks(day, await self._settling.own_reconciliation(await self._staff.caller(OPERATOR))),
            times=times(self._ledger, heard),
            privacy=await asyncio.to_thread(search, day.planted, heard),
            surprises=tuple(self._ledger.surprises),
            misjudged=tuple(self._ledger.misjudged),
            guests=guests,
        )

    def _checks(self, day: Day, own_reconciliation: Score) -> tuple[Check, ...]:
        ledger = self._ledger
        answered = sum(ledger.played.values())
        never = Score(answered - self._doors.server_errors, answered)
        as_expected = Score(answered - len(ledger.surprises), answered)
        genuine = Score(len(self._subscribers.effects), len(self._subscribers.effects) + self._subscribers.forged)
        musts = {
            "retries that got the first answer again": ledger.repeated,
            "bad inputs refused as they must be": ledger.refused,
            "answers without a server error": never,
            "actions answered as expected": as_expected,
            "threats to life told to call 115": ledger.call_115,
            "messages with a right signature": genuine,
            "lines of the services' own reconciliation": own_reconciliation,
        }
        scores = {
            **triage_scores(day, self._listener.records),
            "verdicts at posts": ledger.verdicts,
            "flags of posts": ledger.flags,
        }
        return (
            *(Check.of_score(name, score, must=True) for name, score in musts.items()),
            *(Check.of_score(name, score, must=False) for name, score in scores.items()),
        )

    def _player(self) -> Player:
        doors, staff, ledger = self._doors, self._staff, self._ledger
        roads = Roads(doors, staff, ledger)
        return Player(
            citizens=Citizens(doors, staff, ledger),
            roads=roads,
            press=Press(doors, staff, ledger, self._subscribers, self._has_undelivered),
            desks=self._desks,
            refusals=Refusals(doors, staff, ledger, self._listener, self._desks, roads),
            ledger=ledger,
            onlooker=self._onlooker,
        )

    async def _until_quiet(self) -> None:
        """What the start itself brings about (accounts, areas, the watch list's first entries) is not ours."""
        deadline = time.monotonic() + _START_WITHIN_SECONDS
        while not await outboxes_empty(self._doors):
            if time.monotonic() > deadline:
                raise CannotRun("The services do not come to rest after their start.", "See `./haivan status`.")
            await asyncio.sleep(_EVERY_SECONDS)
