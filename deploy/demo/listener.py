"""Hears everything that the services say, with a consumer of its own, from the moment it is asked to.

Its group is none, so that it takes part in nobody's rebalance and leaves no trace.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from deploy.cli.broker import connect
from deploy.demo.patience import until
from deploy.embedded.errors import CannotRun
from shared.topics import topics_to_create

_TOPICS_WITHIN_SECONDS = 60.0
_EVERY_SECONDS = 0.5
_PATIENCE_SECONDS = 150.0
"""Longer than a service that was killed needs to come back and catch up on a busy machine."""


class Said(msgspec.Struct, frozen=True):
    """The fields of all events that are counted by; those that an event lacks are None."""

    report_id: str | None = None
    call_id: str | None = None
    case_id: str | None = None
    task_id: str | None = None
    flag_id: str | None = None
    pass_id: str | None = None
    agency: str | None = None
    agencies: tuple[str, ...] = ()
    urgency: str | None = None
    origin: str | None = None
    kind: str | None = None
    through: str | None = None
    verdict: str | None = None
    identity_url: str | None = None
    update_id: str | None = None
    recipient_id: str | None = None
    synthetic: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One record. `at` is when it was heard (monotonic seconds); `text` is everything in it, for the search."""

    topic: str
    type: str
    id: str
    subject: str
    cause: str
    at: float
    said: Said
    text: str


class Listener:
    """Used inside `async with`; hears from there on.

    Args:
        bootstrap: Kafka's addresses.
        agencies: whose topics there are.
    """

    def __init__(self, bootstrap: str, agencies: Sequence[str]) -> None:
        self.records: list[Heard] = []
        self._tasks: dict[tuple[str, str], str] = {}
        self._triaged: dict[str, tuple[str, ...]] = {}
        self._refused: set[str] = set()
        self._bootstrap = bootstrap
        self._topics = {topic.name for topic in topics_to_create(agencies)}
        self._consumer: AIOKafkaConsumer | None = None
        self._hearing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await self._consumer.start()
        places = await self._places()
        self._consumer.assign(places)
        for place, end in (await self._consumer.end_offsets(places)).items():
            self._consumer.seek(place, end)
        self._hearing = asyncio.create_task(self._hear())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
        if self._consumer is not None:
            # While the broker is away, the library's own tasks end `stop` with a cancellation that nobody asked for.
            await asyncio.gather(self._consumer.stop(), return_exceptions=True)

    def of(self, *types: str) -> Iterator[Heard]:
        """What was heard of these types, repeats included."""
        wanted = frozenset(types)
        return (record for record in self.records if record.type in wanted)

    async def task_of(self, report_id: str, agency: str, within: float = _PATIENCE_SECONDS) -> str | None:
        """The first task of an agency for a report; None when triage gave it none, or says nothing in time."""

        def is_settled() -> bool:
            agencies = self._triaged.get(report_id)
            return (report_id, agency) in self._tasks or (agencies is not None and agency not in agencies)

        await until(is_settled, within)
        return self._tasks.get((report_id, agency))

    async def refusal_of(self, update_id: str, within: float = _PATIENCE_SECONDS) -> bool:
        """Whether an agency was told that this update of its was refused."""
        return await until(lambda: update_id in self._refused, within)

    async def ends(self) -> dict[TopicPartition, int]:
        """Where every topic-partition ends at this moment."""
        assert self._consumer is not None, "Listener is used inside `async with`"  # noqa: S101 - a mistake in our code
        return dict(await self._consumer.end_offsets(self._consumer.assignment()))

    async def is_at(self, ends: dict[TopicPartition, int]) -> bool:
        """Whether everything up to there was heard."""
        assert self._consumer is not None, "Listener is used inside `async with`"  # noqa: S101 - a mistake in our code
        return all([await self._consumer.position(place) >= end for place, end in ends.items()])

    async def _places(self) -> list[TopicPartition]:
        """All partitions, once the services have created all topics."""
        deadline = time.monotonic() + _TOPICS_WITHIN_SECONDS
        async with connect(self._bootstrap) as broker:
            while True:
                there = [topic for topic in await broker.topics() if topic.name in self._topics]
                if len(there) == len(self._topics):
                    return [TopicPartition(each.name, number) for each in there for number in range(each.partitions)]
                if time.monotonic() > deadline:
                    missing = min(self._topics - {topic.name for topic in there})
                    raise CannotRun(f"Kafka has no topic {missing}.", "The services' logs say why.")
                await asyncio.sleep(_EVERY_SECONDS)

    async def _hear(self) -> None:
        assert self._consumer is not None, "Listener is used inside `async with`"  # noqa: S101 - a mistake in our code
        async for record in self._consumer:
            heard = heard_of(record, time.monotonic())
            self.records.append(heard)
            self._remember(heard)

    def _remember(self, heard: Heard) -> None:
        said = heard.said
        match heard.type:
            case "agencies.tasks.assigned" if said.identity_url and said.agency and said.task_id:
                self._tasks.setdefault((report_in(said.identity_url), said.agency), said.task_id)
            case "routing.cases.triaged" if said.report_id:
                self._triaged.setdefault(said.report_id, said.agencies)
            case "agencies.tasks.update_refused" if said.update_id:
                self._refused.add(said.update_id)


def heard_of(record: ConsumerRecord, at: float) -> Heard:
    """What a record says; one that is no event of ours (a dead letter) has an empty type."""
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    value = (record.value or b"").decode(errors="replace")
    key = (record.key or b"").decode(errors="replace")
    return Heard(
        topic=record.topic,
        type=headers.get("ce_type", ""),
        id=headers.get("ce_id", ""),
        subject=headers.get("ce_subject", ""),
        cause=headers.get("ce_causationid", ""),
        at=at,
        said=_said(record.value or b""),
        text="\n".join((key, *headers.values(), value)),
    )


def report_in(identity_url: str) -> str:
    """The report that `/api/v1/reports/<id>/identity` is about."""
    return identity_url.split("/")[-2]


def _said(value: bytes) -> Said:
    try:
        return msgspec.json.decode(value, type=Said)
    except msgspec.DecodeError:
        return Said()
