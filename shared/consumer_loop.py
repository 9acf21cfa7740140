"""The one consumer loop: every group of every service runs this, and nothing else consumes.

For each batch: validate every record by itself, hand the good ones to the handlers, publish what their facts say
(of one part of the batch while the next is handled), bury what can never be consumed, and commit explicit offsets
last. What goes wrong is one of three kinds:

    transient   the network, a missing primary   rewind, pause the partitions, go on after a backoff; never counted
    invalid     no retry can help                 dead letter at once
    bug         anything else                     five tries, then dead letter

A batch that fails for any but a transient reason is taken again record by record, so that one bad record costs
nobody else anything. Fifty dead letters in a row, or more than 5 % of the last 1,000 records, halt that
topic-partition alone until an operator resumes it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from shared.batches import Batch, GroupOffsets, event_id_of, first_offsets
from shared.clock import Clock, now
from shared.dead_letters import DeadLetters
from shared.errors import InvalidMessage
from shared.events import Event, PendingEvent, Received, read_record
from shared.failpoints import fp
from shared.halts import Halts, Ward, seek_and_pause
from shared.messaging import Answer, Reaction, Unreadable
from shared.mongo import AWAY, is_away
from shared.producing import REFUSALS, EventProducer
from shared.progress import heard_by
from shared.telemetry import EVENTS_CONSUMED

log = structlog.get_logger(__name__)

TRIES = 5
_LONGEST_BACKOFF = 30.0

TRANSIENT = (*AWAY, KafkaError, ConnectionError, TimeoutError)


class NotConfirmedError(ConnectionError):
    """The broker has not confirmed what a batch says; nothing may be committed."""


class RefusedError(Exception):
    """The broker refuses an event that a record brings about, and would again: a bug, of ours or of the set-up."""


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

    Attributes:
        progress_at: when something was last done, or waited for on purpose.
        is_busy: whether a batch is in hand.
    """

    PART = 100
    """Records that are handled together; a part is written in bulk."""

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
        self.ward = Ward(group, halts, prefix)
        self.progress_at: datetime = clock()
        self.is_busy = False
        self._answer = answer
        self._producer = producer
        self._dead_letters = dead_letters
        self._prefix = prefix
        self._clock = clock
        self._types = {contract.name for each in reactions for contract in each.contracts}
        self._tries: dict[tuple[TopicPartition, int], int] = {}
        self._failures: dict[TopicPartition, tuple[int, int]] = {}
        self._resuming: set[asyncio.Task[None]] = set()

    @property
    def is_broker_answering(self) -> bool:
        """Whether nothing that this process says waits for the broker."""
        return self._producer.is_connected

    async def take(self, records: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer) -> None:
        """Deal with one batch as the broker delivered it. Never raises: the library would go on behind it."""
        self.is_busy = True
        self._move_on()
        try:
            with heard_by(self._move_on):
                await self._take(records, consumer)
        except Exception as error:
            if not _is_transient(error):
                log.exception("batch_failed", group=self.group)
            self._rewind(consumer, first_offsets(records), type(error).__name__)
        finally:
            self.is_busy = False

    def _move_on(self) -> None:
        self.progress_at = self._clock()

    async def _take(self, records: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer) -> None:
        admitted = await self.ward.admit(records, consumer)
        if not admitted:
            return
        batch = await self._settle(admitted)
        fp("before_commit")
        await self._commit(consumer, batch.done)
        self._rewind(consumer, batch.stopped, "bug")
        self._note(admitted, batch)
        await self.ward.halt_the_sick(consumer, list(batch.done))

    async def handle_one(self, record: ConsumerRecord) -> None:
        """Consume one record outside the log's order: a replayed dead letter.

        Raises:
            InvalidMessage: it still cannot be consumed.
        """
        received = read_record(record, self._prefix)
        await self._publish(await self._react([received]))

    async def _settle(self, records: Sequence[ConsumerRecord]) -> Batch:
        """Handle what can be read, publish what it says, bury the rest; nothing is committed yet."""
        batch = Batch.of(records)
        good = [(record, received) for record in records if (received := self._read(record, batch)) is not None]
        try:
            await self._react_and_publish([received for _, received in good])
        except Exception as error:
            if _is_transient(error):
                raise
            log.warning("batch_taken_one_by_one", group=self.group, error=type(error).__name__, records=len(good))
            await self._settle_one_by_one(good, batch)
        await self._answer_unreadable(batch)
        await self._bury(batch)
        return batch

    async def _react_and_publish(self, received: Sequence[Received[Event]]) -> None:
        """Part after part, in order; the broker takes what one part says while the next is handled."""
        publishing = asyncio.create_task(self._publish(()))
        try:
            for start in range(0, len(received), self.PART):
                said = await self._react(received[start : start + self.PART])
                await publishing
                publishing = asyncio.create_task(self._publish(said))
            await publishing
        except BaseException:  # what is said now is said once more with the batch
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
            raise

    async def _answer_unreadable(self, batch: Batch) -> None:
        if self._answer is None or not batch.unreadable:
            return
        letters = [
            Unreadable(record, record.topic.removeprefix(self._prefix), reason, event_id_of(record))
            for record, reason in batch.unreadable
        ]
        try:
            await self._publish(await self._answer(letters) or ())
        except Exception as error:
            if _is_transient(error):
                raise
            log.exception(
                "answer_failed", group=self.group, records=len(letters)
            )  # the letters are kept all the same

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
                for name, count in Counter(one.type for one in mine).items():
                    EVENTS_CONSUMED.labels(self.group, name, "handled").inc(count)
        return said

    async def _settle_one_by_one(self, good: Sequence[tuple[ConsumerRecord, Received[Event]]], batch: Batch) -> None:
        for record, received in good:
            place = TopicPartition(record.topic, record.partition)
            if place not in batch.stopped:
                await self._settle_one(record, received, place, batch)

    async def _settle_one(
        self, record: ConsumerRecord, received: Received[Event], place: TopicPartition, batch: Batch
    ) -> None:
        try:
            await self._publish(await self._react([received]))
        except InvalidMessage as error:
            batch.dead.append((record, error.reason))
        except Exception as error:
            if _is_transient(error):
                raise
            tries = self._tries[place, record.offset] = self._tries.get((place, record.offset), 0) + 1
            log.exception("handler_failed", group=self.group, topic=record.topic, offset=record.offset, tries=tries)
            if tries < TRIES:
                batch.stop_at(place, record.offset)
            else:
                batch.dead.append((record, f"bug:{type(error).__name__}"))

    async def _publish(self, said: Sequence[PendingEvent]) -> None:
        outcomes = await self._producer.send_events(said) if said else []
        if any(isinstance(outcome, REFUSALS) for outcome in outcomes):
            raise RefusedError(self.group)
        if any(outcome is not None for outcome in outcomes):
            raise NotConfirmedError(self.group)

    async def _bury(self, batch: Batch) -> None:
        letters = [(record, self.group, why) for record, why in batch.dead]
        if letters and not await self._dead_letters.bury(letters):
            raise NotConfirmedError(self.group)

    async def _commit(self, consumer: AIOKafkaConsumer, done: Mapping[TopicPartition, int]) -> None:
        mine = {place: offset for place, offset in done.items() if place in consumer.assignment()}
        if not mine:
            return
        try:
            await consumer.commit(mine)
        except KafkaError as error:  # a rebalance took them away: the next owner repeats, which harms nothing
            log.warning("commit_failed", group=self.group, error=type(error).__name__)
            return
        for place, offset in mine.items():
            self.offsets.note(place.topic.removeprefix(self._prefix), place.partition, offset)
        fp("committed")

    def _note(self, records: Sequence[ConsumerRecord], batch: Batch) -> None:
        self._move_on()
        dead = {(r.topic, r.partition, r.offset) for r, _ in batch.dead}
        for record in filter(batch.is_done, records):
            place = TopicPartition(record.topic, record.partition)
            self.ward.note(place, dead=(record.topic, record.partition, record.offset) in dead)
            self._tries.pop((place, record.offset), None)
        for place in batch.done.keys() - batch.stopped.keys():
            self._failures.pop(place, None)

    def _rewind(self, consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int], why: str) -> None:
        """Go back, pause, and go on after a backoff with jitter; other partitions are not held up."""
        for place, offset in offsets.items():
            at, failures = self._failures.get(place, (offset, 0))
            failures = failures + 1 if at == offset else 1  # another record's trouble is not this one's
            self._failures[place] = (offset, failures)
            delay = min(0.1 * 2**failures, _LONGEST_BACKOFF) * random.uniform(0.5, 1.0)
            log.warning("rewound", group=self.group, topic=place.topic, offset=offset, why=why, seconds=delay)
            seek_and_pause(consumer, place, offset)
            task = asyncio.create_task(self._resume_later(consumer, place, delay))
            self._resuming.add(task)
            task.add_done_callback(self._resuming.discard)

    async def _resume_later(self, consumer: AIOKafkaConsumer, place: TopicPartition, delay: float) -> None:
        await asyncio.sleep(delay)
        self._move_on()  # waiting on purpose is not being stuck
        if place in consumer.assignment() and not self.ward.is_standing(place):
            consumer.resume(place)


def _is_transient(error: Exception) -> bool:
    return isinstance(error, TRANSIENT) or is_away(error)
