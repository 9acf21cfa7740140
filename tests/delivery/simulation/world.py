"""Intake and routing with the mechanism and the handlers that they really have, in processes that can be killed."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from services.intake.reports.handlers import note_progress
from services.intake.reports.store import MongoProgress
from services.routing.agencies.domain import Refused
from services.routing.agencies.handlers import carry_out_updates
from services.routing.agencies.store import MongoRefusals
from services.routing.cases.clocks import rules_of
from services.routing.cases.domain import UNKNOWN_TASK, Case
from services.routing.cases.handlers import hear_reporters, open_cases
from services.routing.cases.store import MongoCases
from services.routing.cases.triaging import Triaging
from services.routing.triage.rules import load_rules
from shared.aggregates import Aggregates
from shared.batches import GroupOffsets
from shared.consumer_loop import GroupLoop
from shared.errors import NotFound
from shared.events import Cause
from shared.events.reports import ReportAnsweredByReporter, ReportReceived
from shared.identity.references import References
from shared.leases import Leases
from shared.messaging import Reaction, reaction
from shared.pending import Change, Command, Versioned
from shared.profile import load_profile
from shared.publishing import Publisher
from shared.relay import Relay
from shared.settings import ROOT
from tests.delivery.simulation.broker import MemoryBroker, MemoryConsumer, MemoryProducer, NoHalts
from tests.delivery.simulation.store import MemoryDatabase
from tests.delivery.simulation.turns import Turns

REPORTS, CASES, UPDATES = "intake.reports.v1", "routing.cases.v1", "agencies.cdc.updates.v1"
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
_WORDS = "Sốt cao"


def noon() -> datetime:
    return NOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report without a vault: what intake seals is nothing to the mechanism."""

    text: str
    answers: int = 0


@dataclass(slots=True)
class Process:
    """One life of a service: what it holds in memory, and its tasks. Killed, it leaves only store and broker."""

    aggregates: list[Aggregates[Any]]
    publisher: Publisher
    relay: Relay
    loops: list[tuple[GroupLoop, MemoryConsumer]]
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def kill(self) -> None:
        for loop, consumer in self.loops:
            consumer.owns = False
            self.tasks |= loop._resuming
        self.tasks |= {each._creating._writer for each in self.aggregates if each._creating._writer}
        ending = tuple(self.tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


@dataclass(slots=True)
class _NobodyElse:
    """Each relay believes that the lease is its own: the worst that a paused holder can do."""

    async def hold(self, *_: object) -> bool:
        return True


class _Cases:
    """`MongoCases`, as far as handlers use it."""

    def __init__(self, aggregates: Aggregates[Case]) -> None:
        self.aggregates = aggregates

    async def with_task(self, task_id: str, _: str | None) -> Versioned[Case]:
        for document in list(self.aggregates.collection.documents.values()):
            if any(task["id"] == task_id for task in document["state"]["tasks"]):
                return self.aggregates.read(document)
        raise NotFound("unknown-task", UNKNOWN_TASK)


@dataclass(slots=True)
class _Store:
    """A store that is nothing but its aggregates, or its collection."""

    aggregates: Any = None
    collection: Any = None

    note = MongoProgress.note


class _NoAreas:
    def names_at(self, _: datetime) -> frozenset[str]:
        return frozenset()


@cache
def _triaging() -> Triaging:
    profile = load_profile(ROOT / "profiles" / "hue")
    rule_set = load_rules(ROOT / "profiles" / "hue" / "triage")
    return Triaging(
        rule_set=rule_set,
        rules=rules_of(profile),
        areas=cast(Any, _NoAreas()),
        references=References(b"0" * 32),
        clock=noon,
    )


class World:
    """What outlives every process, and the processes of the moment.

    Args:
        turns: the schedule.
        loop: the consumer loop; a test puts a broken one in its place.
    """

    def __init__(self, turns: Turns, loop: type[GroupLoop] = GroupLoop) -> None:
        self.turns = turns
        self.broker = MemoryBroker(turns)
        self.databases = {"intake": MemoryDatabase(turns), "routing": MemoryDatabase(turns)}
        self._loop = loop
        self.processes: dict[str, Process] = {}
        self.tried: set[str] = set()
        self.accepted: set[str] = set()
        self.said: set[str] = set()
        self.dead: list[object] = []
        for name in ("intake", "routing 0", "routing 1"):
            self.live(name)
        self.rebalance()

    def live(self, name: str) -> None:
        """Begin a life of this process."""
        process = self.processes[name] = self._intake() if name == "intake" else self._routing()
        process.begin(process.publisher.run())
        if name == "intake":
            process.loops[0][1].take_over()

    def rebalance(self) -> None:
        """Routing's groups go to one of its two processes; whoever had them does not know yet."""
        owner = self.turns.chance.choice(("routing 0", "routing 1"))
        for name in ("routing 0", "routing 1"):
            for _, consumer in self.processes[name].loops:
                if name != owner:
                    consumer.owns = False
                elif not consumer.owns:
                    consumer.take_over()

    def _intake(self) -> Process:
        producer = MemoryProducer(self.broker)
        publisher = Publisher(cast(Any, producer))
        database = self.databases["intake"]
        reports = self._aggregates("intake", "reports", Report, publisher)
        progress = _Store(collection=database["report_progress"])
        relay = self._relay("intake", [reports], producer)
        loop = self._group("intake.reports", [reaction(note_progress, progress=progress)], (CASES,), producer)
        return Process([reports], publisher, relay, [loop])

    def _routing(self) -> Process:
        producer = MemoryProducer(self.broker)
        publisher = Publisher(cast(Any, producer))
        offsets, of_agencies, triaging = GroupOffsets(), GroupOffsets(), _triaging()
        cases = self._aggregates("routing", "cases", Case, publisher, offsets)
        refusals = self._aggregates("routing", "refusals", Refused, publisher, of_agencies)
        store = cast(MongoCases, _Cases(cases))
        opening = [
            reaction(open_cases, cases=store, triaging=triaging),
            reaction(hear_reporters, cases=store, triaging=triaging, clock=noon),
        ]
        refused = cast(MongoRefusals, _Store(aggregates=refusals))
        updating = reaction(carry_out_updates, cases=store, refusals=refused, rules=triaging.rules, clock=noon)
        loops = [
            self._group("routing.cases", opening, (REPORTS,), producer, offsets),
            self._group("routing.agencies", [updating], (UPDATES,), producer, of_agencies),
        ]
        return Process([cases, refusals], publisher, self._relay("routing", [cases, refusals], producer), loops)

    def _aggregates(
        self, service: str, name: str, state: type, publisher: Publisher, offsets: GroupOffsets | None = None
    ) -> Aggregates[Any]:
        database = cast(Any, self.databases[service])
        source = f"/{service}/{name}"
        return Aggregates(database, name, state, source=source, outbox=publisher, committed=offsets, clock=noon)

    def _relay(self, service: Any, stores: Sequence[Aggregates[Any]], producer: MemoryProducer) -> Relay:
        collections = [each.collection for each in stores]
        return Relay(service, collections, cast(Any, producer), cast(Leases, _NobodyElse()), clock=noon)

    def _group(
        self,
        group: str,
        reactions: Sequence[Reaction],
        topics: tuple[str, ...],
        producer: MemoryProducer,
        offsets: GroupOffsets | None = None,
    ) -> tuple[GroupLoop, MemoryConsumer]:
        loop = self._loop(
            group,
            reactions,
            cast(Any, producer),
            cast(Any, _Graves(self.dead)),
            cast(Any, NoHalts()),
            offsets=offsets,
        )
        loop.PART = self.turns.chance.choice((1, 2, 100))
        return loop, MemoryConsumer(self.broker, group, topics)

    async def submit(self, report_id: str) -> None:
        """A client sends a report; it hears of it, or it does not."""
        self.tried.add(report_id)
        reports = self.processes["intake"].aggregates[0]
        event = _received(report_id)
        command = Command(id=report_id, digest="d")
        change = Change(Report(text=_WORDS), (event,))
        await reports.create(report_id, change, Cause.of_command(report_id), command=command)
        self.accepted.add(report_id)

    async def add_words(self, report_id: str, command_id: str) -> None:
        """The reporter says more."""
        reports = self.processes["intake"].aggregates[0]
        await reports.change(
            report_id, _adding(report_id), Cause.of_command(command_id), command=Command(id=command_id, digest="d")
        )
        self.said.add(command_id)


class _Graves:
    """Nothing should ever be buried here."""

    def __init__(self, dead: list[object]) -> None:
        self._dead = dead

    async def bury(self, letters: Sequence[object]) -> bool:
        self._dead.extend(letters)
        return True


@cache
def _received(report_id: str) -> ReportReceived:
    example = ReportReceived.contract.example
    return ReportReceived.model_validate(example | {"report_id": report_id, "text": _WORDS})


def _adding(report_id: str) -> Callable[[Report], Change[Report]]:
    def decide(report: Report) -> Change[Report]:
        number = report.answers + 1
        at = NOON + timedelta(seconds=number)
        event = ReportAnsweredByReporter(report_id=report_id, text="Thêm", at=at)
        return Change(Report(text=report.text, answers=number), (event,))

    return decide
