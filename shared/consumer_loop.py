"""The one consumer loop: every group of every service runs this, and nothing else consumes.

For each batch: validate every record by itself, hand the good ones to the handlers, publish what their facts say,
bury what can never be consumed, and commit explicit offsets last. What goes wrong is one of three kinds:

    transient   the network, a missing primary   rewind, pause the partitions, go on after a backoff; never counted
    invalid     no retry can help                 dead letter at once
    bug         anything else                     five tries, then dead letter

A batch that fails for any but a transient reason is taken again record by record, so that one bad record costs
nobody else anything. Fifty dead letters in a row, or more than 5 % of the last 1,000 records, halt that
topic-partition alone until an operator resumes it.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from shared.batches import Batch, GroupOffsets, PartitionHealth, event_id_of, first_offsets, last_offsets
from shared.clock import Clock, now
from shared.dead_letters import DeadLetters
from shared.errors import InvalidMessage
from shared.events import Event, PendingEvent, Received, read_record
from shared.failpoints import fp
from shared.halts import Halts
from shared.messaging import Answer, Reaction, Unreadable
from shared.mongo import AWAY
from shared.publishing import EventProducer
from shared.telemetry import CONSUMER_PAUSED, EVENTS_CONSUMED

log = structlog.get_logger(__name__)

TRIES = 5
_LONGEST_BACKOFF = 30.0

TRANSIENT = (*AWAY, KafkaError, ConnectionError, TimeoutError)


class NotConfirmedError(ConnectionError):
    """The broker has not confirmed what a batch says; nothing may be committed."""


class GroupLoop:
    """One group of one service.

    Args:
        group: `<service>.<capability>`.
        reactions: its handlers, facts first.
        producer: publishes what facts say.
        dead_letters: keeps what cannot be consumed.
        halts: remembers halted topic-partitions across restarts.
        answer: what is said to the senders of records that cannot be read.
        offsets: notes what is committed, for the stores that ask.
        prefix: the topic prefix of this installation.
    """

    def __init__(
        self,
        group: str,
        reactions: Sequence[Reaction],
        producer: EventProducer,
        dead_letters: DeadLetters,
        halts: Halts,
        *,
        offsets: GroupOffsets | None = None,
        answer: Answer | None = None,
        prefix: str = "",
        clock: Clock = now,
    ) -> None:
        self.group = group
        self.reactions = tuple(reactions)
        self.offsets = offsets or GroupOffsets()
        self.progress_at: datetime = clock()
        self._answer = answer
        self._producer = producer
        self._dead_letters = dead_letters
        self._halts = halts
        self._prefix = prefix
        self._clock = clock
        self._types = {contract.name for each in reactions for contract in each.contracts}
        self._tries: dict[tuple[TopicPartition, int], int] = {}
        self._failures: dict[TopicPartition, int] = {}
        self._health: dict[TopicPartition, PartitionHealth] = {}
        self._resuming: set[asyncio.Task[None]] = set()

    async def take(self, records: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer) -> None:
        """Deal with one batch as the broker delivered it. Never raises for what a record or a handler does."""
        records = await self._without_halted(records, consumer)
        if not records:
            return
        try:
            batch = await self._settle(records)
            await self._say(batch)
        except TRANSIENT as error:
            self._rewind(consumer, first_offsets(records), type(error).__name__)
            return
        fp("before_commit")
        await self._commit(consumer, batch.done)
        self._note(records, batch)
        await self._halt_the_sick(consumer, batch)
        self._rewind(consumer, batch.stopped, "bug")

    async def handle_one(self, record: ConsumerRecord) -> None:
        """Consume one record outside the log's order: a replayed dead letter.

        Raises:
            InvalidMessage: it still cannot be consumed.
        """
        received = read_record(record, self._prefix)
        batch = Batch(said=await self._react([received]))
        await self._say(batch)

    async def resume(self, consumer: AIOKafkaConsumer | None, topic: str, partition: int) -> None:
        """Go on with a halted topic-partition; its count begins anew."""
        place = TopicPartition(self._prefix + topic, partition)
        self._health.pop(place, None)
        CONSUMER_PAUSED.labels(self.group, topic, partition).set(0)
        await self._halts.lift(self.group, topic, partition)
        if consumer is not None and place in consumer.assignment():
            consumer.resume(place)

    async def _without_halted(
        self, records: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer
    ) -> list[ConsumerRecord]:
        halted = await self._halts.places(self.group)
        if not halted:
            return list(records)
        kept = [r for r in records if (r.topic.removeprefix(self._prefix), r.partition) not in halted]
        left = [r for r in records if (r.topic.removeprefix(self._prefix), r.partition) in halted]
        for place, offset in first_offsets(left).items():
            _seek_and_pause(consumer, place, offset)
        return kept

    async def _settle(self, records: Sequence[ConsumerRecord]) -> Batch:
        batch = Batch(done={place: offset + 1 for place, offset in last_offsets(records).items()})
        good = [(record, received) for record in records if (received := self._read(record, batch)) is not None]
        try:
            batch.said = await self._react([received for _, received in good])
        except TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told apart record by record
            log.warning("batch_taken_one_by_one", group=self.group, error=type(error).__name__, records=len(good))
            await self._settle_one_by_one(good, batch)
        await self._answer_unreadable(batch)
        return batch

    async def _answer_unreadable(self, batch: Batch) -> None:
        if self._answer is None or not batch.unreadable:
            return
        letters = [
            Unreadable(record, record.topic.removeprefix(self._prefix), reason, event_id_of(record))
            for record, reason in batch.unreadable
        ]
        batch.said.extend(await self._answer(letters) or ())

    def _read(self, record: ConsumerRecord, batch: Batch) -> Received[Event] | None:
        try:
            received = read_record(record, self._prefix)
        except InvalidMessage as error:
            if record.value is not None:
                batch.dead.append((record, error.reason))
                batch.unreadable.append((record, error.reason))
            return None
        return received if received.type in self._types else None

    async def _react(self, received: Sequence[Received[Event]]) -> list[PendingEvent]:
        said: list[PendingEvent] = []
        for each in self.reactions:
            names = {contract.name for contract in each.contracts}
            mine = [one for one in received if one.type in names]
            if mine:
                fp("read")
                said.extend(await each.handle(mine) or ())
                for one in mine:
                    EVENTS_CONSUMED.labels(self.group, one.type, "handled").inc()
        return said

    async def _settle_one_by_one(self, good: Sequence[tuple[ConsumerRecord, Received[Event]]], batch: Batch) -> None:
        batch.said = []
        for record, received in good:
            place = TopicPartition(record.topic, record.partition)
            if place not in batch.stopped:
                await self._settle_one(record, received, place, batch)

    async def _settle_one(
        self, record: ConsumerRecord, received: Received[Event], place: TopicPartition, batch: Batch
    ) -> None:
        try:
            batch.said.extend(await self._react([received]))
        except TRANSIENT:
            raise
        except InvalidMessage as error:
            batch.dead.append((record, error.reason))
        except Exception as error:
            tries = self._tries[place, record.offset] = self._tries.get((place, record.offset), 0) + 1
            log.exception("handler_failed", group=self.group, topic=record.topic, offset=record.offset, tries=tries)
            if tries < TRIES:
                self._stop_at(place, record.offset, batch)
            else:
                batch.dead.append((record, f"bug:{type(error).__name__}"))

    def _stop_at(self, place: TopicPartition, offset: int, batch: Batch) -> None:
        """This partition goes no further than here for now; what stands before it is done."""
        batch.stopped[place] = offset
        batch.done[place] = offset
        batch.dead = [(r, why) for r, why in batch.dead if (r.topic, r.partition) != place or r.offset < offset]

    async def _say(self, batch: Batch) -> None:
        outcomes = await self._producer.send_events(batch.said) if batch.said else []
        buried = (
            await self._dead_letters.bury([(r, self.group, why) for r, why in batch.dead]) if batch.dead else True
        )
        if not buried or any(outcome is not None for outcome in outcomes):
            raise NotConfirmedError(self.group)

    async def _commit(self, consumer: AIOKafkaConsumer, done: Mapping[TopicPartition, int]) -> None:
        mine = {place: offset for place, offset in done.items() if place in consumer.assignment()}
        try:
            await consumer.commit(mine)
        except KafkaError as error:  # a rebalance took them away: the next owner repeats, which harms nothing
            log.warning("commit_failed", group=self.group, error=type(error).__name__)
            return
        for place, offset in mine.items():
            self.offsets.note(place.topic.removeprefix(self._prefix), place.partition, offset)
        fp("committed")

    def _note(self, records: Sequence[ConsumerRecord], batch: Batch) -> None:
        self.progress_at = self._clock()
        dead = {(r.topic, r.partition, r.offset) for r, _ in batch.dead}
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            if record.offset >= batch.done[place]:
                continue
            is_dead = (record.topic, record.partition, record.offset) in dead
            self._health.setdefault(place, PartitionHealth()).note(dead=is_dead)
            self._tries.pop((place, record.offset), None)
        for place in batch.done.keys() - batch.stopped.keys():
            self._failures.pop(place, None)

    async def _halt_the_sick(self, consumer: AIOKafkaConsumer, batch: Batch) -> None:
        for place in list(batch.done):
            if self._health.get(place, PartitionHealth()).is_sick:
                topic = place.topic.removeprefix(self._prefix)
                await self._halts.impose(self.group, topic, place.partition, "dead-letters")
                log.error("partition_halted", group=self.group, topic=topic, partition=place.partition)
                CONSUMER_PAUSED.labels(self.group, topic, place.partition).set(1)
                if place in consumer.assignment():
                    consumer.pause(place)

    def _rewind(self, consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int], why: str) -> None:
        """Go back, pause, and go on after a backoff with jitter; other partitions are not held up."""
        for place, offset in offsets.items():
            failures = self._failures[place] = self._failures.get(place, 0) + 1
            delay = min(0.1 * 2**failures, _LONGEST_BACKOFF) * random.uniform(0.5, 1.0)
            log.warning("rewound", group=self.group, topic=place.topic, offset=offset, why=why, seconds=delay)
            _seek_and_pause(consumer, place, offset)
            task = asyncio.create_task(self._resume_later(consumer, place, delay))
            self._resuming.add(task)
            task.add_done_callback(self._resuming.discard)

    async def _resume_later(self, consumer: AIOKafkaConsumer, place: TopicPartition, delay: float) -> None:
        await asyncio.sleep(delay)
        self.progress_at = self._clock()  # waiting on purpose is not being stuck
        if place in consumer.assignment():
            consumer.resume(place)


def _seek_and_pause(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> None:
    try:
        consumer.seek(place, offset)
        consumer.pause(place)
    except IllegalStateError:
        log.info("partition_gone", topic=place.topic, partition=place.partition)  # the next owner takes it up
