"""The consumer loops of one process on FastStream's batch subscribers: started, watched, stopped.

Everything that loses messages by default is switched off here: automatic commits, `latest`, the library's parser
(one null header would drop a batch) and its acknowledgements. Measured reasons are in docs/architecture.md.
"""

import asyncio
import contextlib
import logging
import os
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, UnknownError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.annotations import KafkaMessage as InjectedMessage
from faststream.kafka.message import FAKE_CONSUMER
from pymongo.errors import PyMongoError

from shared.clock import Clock, now
from shared.consumer_loop import GroupLoop
from shared.readable_records import read_every_header_name
from shared.telemetry import CONSUMER_LAG
from shared.topics import Topic

log = structlog.get_logger(__name__)

_PATTERN_REFRESH_MS = 5_000
"""New agencies' topics are found within this time."""
_LARGEST_BATCH = 500
_WAIT_MS = 1_000
_FETCH_WAITS_MS = 250
"""How long the broker holds a question that it has no answer to yet; what comes is answered at once.

Eight groups with nothing to do cost the broker 9 % of a processor at 100 ms, 5 % at 250, 3 % at 500 (measured). But a
partition whose batch took long is not among those asked about, and waits until that question is answered.
"""
_WATCH_EVERY = 5.0
_STUCK_AFTER = 30.0
"""Seconds without progress while records wait, after which the process ends itself and is started anew."""
_SILENT_FOR = 600.0
"""The same while a batch waits for the broker's word: whoever accepts by HTTP goes on accepting meanwhile."""
_UNKNOWN_ERRORS = 5
_UNKNOWN_WITHIN = 60.0
"""FastStream sleeps five seconds after each error; five within a minute are a loop and not five bad days."""
_BATCH_ENDS_WITHIN = 2.0
_STOPS_WITHIN = 3.5
"""A process that is told to stop ends within five seconds; a batch that is given up is taken again elsewhere."""
_ANSWERS_WITHIN = 3.0
"""Python 3.11's `wait_for` can swallow a cancellation that comes with the answer; `asyncio.timeout` does not."""
EXIT_STUCK = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far one group is behind on one topic-partition; it `counts` unless that one stands still on purpose."""

    group: str
    topic: str
    partition: int
    records: int
    counts: bool = True


class Consumers:
    """All groups of one process.

    Args:
        bootstrap: Kafka's addresses.
        client_id: shows in the broker's logs.
        loops: one per group.
        create_topics: makes sure that the topics exist; called before subscribing.
        prefix: the topic prefix of this installation.
        replica: a stable ordinal of this process, or None (two replicas with one static id loop for ever: measured).
        end_process: what the watchdog calls; a test replaces it.
    """

    def __init__(
        self,
        bootstrap: str,
        client_id: str,
        loops: Sequence[GroupLoop],
        create_topics: Callable[[], Awaitable[Any]],
        *,
        prefix: str = "",
        replica: str | None = None,
        clock: Clock = now,
        end_process: Callable[[int], None] = os._exit,
    ) -> None:
        self.loops = {loop.group: loop for loop in loops}
        self.lags: tuple[Lag, ...] = ()
        self.lags_at: datetime | None = None
        self._create_topics = create_topics
        self._prefix = prefix
        self._replica = replica
        self._clock = clock
        self._end_process = end_process
        self._errors = _ErrorCounter()
        read_every_header_name()
        self._broker = KafkaBroker(
            bootstrap,
            client_id=client_id,
            consumer_only=True,
            allow_auto_create_topics=False,
            metadata_max_age_ms=_PATTERN_REFRESH_MS,
            parser=_keep_raw,
            decoder=_decode_nothing,
            logger=self._errors.logger,
            graceful_timeout=_BATCH_ENDS_WITHIN,
        )
        self._subscribers = {loop.group: self._subscribe(loop) for loop in loops}
        self.is_running = False

    def consumer_of(self, group: str) -> AIOKafkaConsumer | None:
        """The running consumer of a group, if it runs."""
        consumer: AIOKafkaConsumer | None = self._subscribers[group].consumer
        return consumer

    async def run(self) -> None:
        """Start as soon as Kafka answers, then watch, until cancelled."""
        try:
            await self._start()
            with contextlib.suppress(KafkaError, OSError):
                await self._learn_offsets()  # else at the next watch
            while True:
                await asyncio.sleep(_WATCH_EVERY)
                await self._watch()
        finally:
            self.is_running = False
            await self._stop()

    async def _start(self) -> None:
        delay = 0.2
        while not self.is_running:
            try:
                await self._create_topics()
                await self._broker.start()
                self.is_running = True
            except (KafkaError, OSError) as error:
                log.warning("consumers_wait_for_kafka", error=type(error).__name__)
                await self._stop()
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)

    async def _stop(self) -> None:
        """End the subscribers; never raises, or a stop would look like a failure and be started again."""
        try:
            async with asyncio.timeout(_STOPS_WITHIN):
                await self._broker.stop()
        except Exception as error:  # noqa: BLE001 - an ExceptionGroup of whatever the library met
            log.warning("consumers_stopped_badly", error=type(error).__name__)

    async def _learn_offsets(self) -> None:
        """Ask once what was committed before this process: such facts need not be said again."""
        for loop in self.loops.values():
            consumer = self.consumer_of(loop.group)
            for place in consumer.assignment() if consumer else ():
                topic = place.topic.removeprefix(self._prefix)
                if consumer and not loop.offsets.is_known(topic, place.partition):
                    async with asyncio.timeout(_ANSWERS_WITHIN):
                        committed = await consumer.committed(place)
                    loop.offsets.note(topic, place.partition, committed or 0)

    async def _watch(self) -> None:
        """Measure the lag; end a process that is behind and does not move, or that loops on UnknownError."""
        try:
            await self._learn_offsets()
            await self._follow_operators()
            lags = [lag for loop in self.loops.values() for lag in await self._lag_of(loop)]
        except (KafkaError, OSError, PyMongoError):
            for loop in self.loops.values():
                loop.progress_at = self._clock()  # no broker: nothing to be behind of
            return
        self.lags, self.lags_at = tuple(lags), self._clock()
        stuck = [loop.group for loop in self.loops.values() if self._is_stuck(loop)]
        if stuck or self._errors.are_repeated():
            busy = [group for group in stuck if self.loops[group].is_busy]
            log.critical("watchdog_ends_process", groups=stuck, in_a_handler=busy, unknown_errors=not stuck)
            self._end_process(EXIT_STUCK)

    async def _follow_operators(self) -> None:
        """Resume what was resumed at another process of this service."""
        for loop in self.loops.values():
            await loop.ward.follow(self.consumer_of(loop.group))

    def _is_stuck(self, loop: GroupLoop) -> bool:
        patience = _STUCK_AFTER if loop.is_broker_answering else _SILENT_FOR
        still = (self._clock() - loop.progress_at).total_seconds() > patience
        return still and (loop.is_busy or any(lag.group == loop.group and lag.counts for lag in self.lags))

    async def _lag_of(self, loop: GroupLoop) -> list[Lag]:
        consumer = self.consumer_of(loop.group)
        if consumer is None or not consumer.assignment():
            return []
        async with asyncio.timeout(_ANSWERS_WITHIN):
            ends = await consumer.end_offsets(consumer.assignment())
        lags = [await self._lag(loop.group, consumer, place, end) for place, end in sorted(ends.items())]
        if not loop.is_busy and not any(lag.counts for lag in lags):
            loop.progress_at = self._clock()
        return lags

    async def _lag(self, group: str, consumer: AIOKafkaConsumer, place: TopicPartition, end: int) -> Lag:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            position = await consumer.position(place)
        topic, records = place.topic.removeprefix(self._prefix), max(0, end - position)
        CONSUMER_LAG.labels(group, topic, place.partition).set(records)
        counts = records > 0 and place not in consumer.paused()
        return Lag(group=group, topic=topic, partition=place.partition, records=records, counts=counts)

    def _subscribe(self, loop: GroupLoop) -> Any:
        topics = {contract.topic for each in loop.reactions for contract in each.contracts}
        named = [self._prefix + topic.name for topic in topics if not topic.is_per_agency]
        pattern = self._pattern([topic for topic in topics if topic.is_per_agency])
        group = self._prefix + loop.group
        subscriber = self._broker.subscriber(
            *named,
            pattern=pattern,
            group_id=group,
            group_instance_id=f"{group}-{self._replica}" if self._replica is not None else None,
            batch=True,
            max_records=_LARGEST_BATCH,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=10_000,
            fetch_max_wait_ms=_FETCH_WAITS_MS,
            no_reply=True,
            include_in_schema=False,
        )

        async def take_batch(message: InjectedMessage) -> None:
            records: tuple[ConsumerRecord, ...] = message.raw_message
            await loop.take(records, subscriber.consumer)

        subscriber(take_batch)
        subscriber.get_msg = _next_batch  # type: ignore[method-assign]  # its own sleeps after each empty poll
        return subscriber

    def _pattern(self, topics: Sequence[Topic]) -> str | None:
        """A group listens to names or to a pattern, never both: Kafka's clients allow one of them."""
        if not topics:
            return None
        names = [re.escape(self._prefix) + re.escape(t.name).replace(r"\{agency\}", "[a-z0-9-]+") for t in topics]
        return f"^({'|'.join(names)})$"


async def _next_batch(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    """What has come, as soon as something has.

    FastStream's own sleeps as long as it has waited in vain: 20 ms of each cost up to 20 ms on the way of every event
    and 5 % of a processor in a process that has nothing to do (measured).
    """
    found = await consumer.getmany(timeout_ms=_WAIT_MS, max_records=_LARGEST_BATCH)
    return tuple(chain.from_iterable(found.values()))


async def _keep_raw(records: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    return KafkaMessage(
        body=b"", headers={}, raw_message=records, consumer=FAKE_CONSUMER, message_id="", correlation_id=""
    )


async def _decode_nothing(message: KafkaMessage) -> None:
    del message  # the loop validates every record by itself


class _ErrorCounter(logging.Handler):
    """Counts the UnknownErrors that FastStream's loop logs and otherwise swallows (a fenced static member's sign)."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._unknown: deque[float] = deque(maxlen=_UNKNOWN_ERRORS)
        self.logger = logging.getLogger("haivan.faststream")
        self.logger.addHandler(self)
        self.logger.setLevel(logging.WARNING)  # FastStream logs two lines for every batch otherwise

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], UnknownError):
            self._unknown.append(record.created)

    def are_repeated(self) -> bool:
        """Whether the last ones came one after another, until now."""
        return len(self._unknown) == _UNKNOWN_ERRORS and time.time() - self._unknown[0] < _UNKNOWN_WITHIN
