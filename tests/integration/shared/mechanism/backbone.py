"""The mechanism wired as the runtime wires it, part by part, so that a test can hold one part still or let it die."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from shared.aggregates import Aggregates
from shared.batches import GroupOffsets
from shared.clock import now
from shared.consumer_loop import GroupLoop
from shared.consumers import Consumers
from shared.dead_letters import DeadLetters
from shared.events import Cause, Received, record_of
from shared.events.cases import CaseOpened
from shared.events.reports import ReportReceived
from shared.halts import Halts
from shared.ids import derived_id, new_id
from shared.leases import Leases
from shared.messaging import Answer, Reaction, Said
from shared.mongo import connect, database_of
from shared.pending import Change, Command, Fact, Versioned
from shared.publishing import EventProducer, Publisher, Record
from shared.relay import Relay
from shared.security.sealing import Sealer
from shared.settings import Settings
from shared.topic_creation import create_topics
from shared.topics import TopicToCreate, topics_to_create

S = TypeVar("S")

REPORTS = "intake.reports.v1"
CASES = "routing.cases.v1"
GROUP = "routing.cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    report_id: str
    opened_at: datetime
    notes: tuple[str, ...] = ()


class Backbone:
    """One process's worth of mechanism in a place of its own. Nothing runs until a test starts it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = connect(settings)
        self.database = database_of(self.client, "routing", settings)
        self.producer = EventProducer(settings.kafka_bootstrap_servers, "test", settings.topic_prefix)
        self.publisher = Publisher(self.producer)
        self.halts = Halts(self.database)
        self.sealer = Sealer(base64.b64decode(settings.dead_letter_key.get_secret_value()))
        self.dead_letters = DeadLetters(self.producer, self.database, self.sealer, settings.topic_prefix)
        self.offsets = GroupOffsets()
        self.reports = Aggregates(self.database, "reports", Report, source="/intake/reports", outbox=self.publisher)
        self.cases = Aggregates(
            self.database, "cases", Case, source="/routing/cases", outbox=self.publisher, committed=self.offsets
        )
        self._tasks: list[asyncio.Task[Any]] = []

    async def prepare(self, *topics: str, partitions: int | None = None) -> None:
        """Create indexes and these topics with their dead-letter topics."""
        await self.create_topics(*topics, partitions=partitions)
        for each in (self.reports, self.cases, self.dead_letters):
            await each.prepare()

    async def create_topics(self, *topics: str, partitions: int | None = None) -> list[str]:
        names = {self.settings.topic_prefix + t for topic in topics for t in (topic, f"{topic}.dlq")}
        wanted = [t for t in topics_to_create(["cdc", "police"], self.settings.topic_prefix) if t.name in names]
        return await create_topics(self.settings.kafka_bootstrap_servers, [_sized(t, partitions) for t in wanted], 1)

    def start(self, *coroutines: Coroutine[Any, Any, Any]) -> list[asyncio.Task[Any]]:
        """Run beside the test until it ends."""
        tasks = [asyncio.create_task(each) for each in coroutines]
        self._tasks += tasks
        return tasks

    async def stop(self, *tasks: asyncio.Task[Any]) -> None:
        """End these tasks as the runtime does; all of them when none is named."""
        ending = tasks or tuple(self._tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def close(self) -> None:
        await self.stop()
        await self.producer.stop()
        self.client.close()

    def relay(self, holder: str = "this process", **options: Any) -> Relay:
        collections = [self.reports.collection, self.cases.collection]
        return Relay("routing", collections, self.producer, Leases.of(self.database, holder), **options)

    def loop(self, *reactions: Reaction, group: str = GROUP, answer: Answer | None = None) -> GroupLoop:
        return GroupLoop(
            group,
            reactions,
            self.producer,
            self.dead_letters,
            self.halts,
            offsets=self.offsets,
            answer=answer,
            prefix=self.settings.topic_prefix,
        )

    def consumers(self, *loops: GroupLoop, topics: Sequence[str] = (REPORTS,), **options: Any) -> Consumers:
        async def create() -> list[str]:
            return await self.create_topics(*topics)

        bootstrap, prefix = self.settings.kafka_bootstrap_servers, self.settings.topic_prefix
        return Consumers(bootstrap, "test", loops, create, prefix=prefix, **options)

    async def accept(self, text: str = "Sốt cao", *, report_id: str | None = None) -> Versioned[Report]:
        """Accept a report as intake does; the same id and text again are the same command."""
        return await accept(self.reports, text, report_id or new_id())

    async def send(self, *records: Record) -> None:
        """Put records on their topics as they are."""
        outcomes = await self.producer.send(records)
        assert outcomes == [None] * len(records)

    async def read(self, topic: str) -> list[ConsumerRecord]:
        """Everything on a topic now, each partition in its order."""
        return await read_topic(self.settings.kafka_bootstrap_servers, self.settings.topic_prefix + topic)

    async def committed(self, topic: str, group: str = GROUP) -> int:
        """How many records of a topic a group has committed."""
        prefix = self.settings.topic_prefix
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap_servers)
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(prefix + group)
        except GroupCoordinatorNotAvailableError:  # the group's own topic is still being made
            return 0
        finally:
            await admin.close()
        return sum(found.offset for place, found in offsets.items() if place.topic == prefix + topic)


async def accept(reports: Aggregates[Report], text: str, report_id: str) -> Versioned[Report]:
    at = now()
    change = Change(Report(text=text, received_at=at), (report_received(report_id, text),))
    command = Command(id=report_id, digest=text[:60])
    return await reports.create(report_id, change, Cause.of_command(report_id), command=command, receipt={"code": 7})


def report_received(report_id: str, text: str = "Sốt cao") -> ReportReceived:
    example = ReportReceived.contract.example
    return ReportReceived.model_validate(example | {"report_id": report_id, "text": text})


def record_of_report(report_id: str, text: str = "Sốt cao", *, key: str | None = None) -> Record:
    """A good record on the reports' topic, as intake would send it."""
    from shared.events import pend

    event = report_received(report_id, text)
    pending = pend(event, source="/intake/reports", sequence=1, at=now(), cause=Cause.of_command(report_id))
    _, value, headers = record_of(pending)
    return Record(REPORTS, (key or report_id).encode(), value, headers)


def fact_of(received: Received[ReportReceived]) -> Fact[Case]:
    """The case that a report opens; its event says so."""
    report_id = received.event.report_id
    case_id, at = derived_id(report_id, "case"), now()
    opened = CaseOpened.model_validate(
        CaseOpened.contract.example | {"case_id": case_id, "report_id": report_id, "at": at}
    )
    return Fact.of(received, case_id, Change(Case(report_id=report_id, opened_at=at), (opened,)))


def reacting(handle: Callable[[Sequence[Received[ReportReceived]]], Awaitable[Said]]) -> Reaction:
    return Reaction(GROUP, (ReportReceived,), handle)


def opening(cases: Aggregates[Case]) -> Reaction:
    """The reaction that opens a case for each report."""

    async def open_cases(received: Sequence[Received[ReportReceived]]) -> Said:
        return await cases.record([fact_of(each) for each in received])

    return reacting(open_cases)


def header(record: ConsumerRecord, name: str) -> str:
    return next(str(value, "utf-8") for key, value in record.headers if key == name)


async def read_topic(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    reader = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await reader.start()
    try:
        ends = await reader.end_offsets(reader.assignment())
        found: list[ConsumerRecord] = []
        while any([await reader.position(place) < end for place, end in ends.items()]):
            for records in (await reader.getmany(timeout_ms=200)).values():
                found += records
    finally:
        await reader.stop()
    return sorted(found, key=lambda r: (r.partition, r.offset))


def _sized(topic: TopicToCreate, partitions: int | None) -> TopicToCreate:
    return replace(topic, partitions=partitions) if partitions and not topic.name.endswith(".dlq") else topic
