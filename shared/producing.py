"""The producer of the whole process: one way to the broker for events, dead letters and everything else.

The idempotent producer never times out (aio-libs/aiokafka#1101): while the broker is away, sends simply wait, the
bounded queue fills, overflow stays with the relay. A time-out would mean "unknown", never "not sent".
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerClosed,
    RecordListTooLargeError,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import murmur2

from shared.events import PendingEvent, record_of
from shared.failpoints import fp
from shared.telemetry import EVENTS_PUBLISHED
from shared.topics import DEAD_LETTER_RECORD_LIMIT, RECORD_LIMIT

log = structlog.get_logger(__name__)

_SPENDING = (MessageSizeTooLargeError, RecordListTooLargeError, OutOfOrderSequenceNumber)
"""After one of these every later send to that partition fails until the producer is replaced (measured)."""

REFUSALS = (MessageSizeTooLargeError, RecordListTooLargeError, UnknownTopicOrPartitionError)
"""The broker will say the same to the same record again, until somebody does something."""

_BATCH_BYTES = RECORD_LIMIT // 2
"""What goes to one partition in one request; a topic takes no batch above its limit of a record.

At the library's 16 kB, what 500 reports say to one agency went in thirty requests, each after the other's answer.
"""

_REQUEST_SECONDS = 10.0
_SILENCE_SECONDS = 3.0
"""How long a send may wait before the broker counts as away."""

Outcome = BaseException | None
"""None: the broker confirmed. Anything else: it may or may not be in the log."""


@dataclass(frozen=True, slots=True)
class Record:
    """What goes to the broker as it is: a dead letter, a tombstone, an operator's command."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)


class EventProducer:
    """An idempotent producer (`acks=all`, no codec) that connects in the background and is replaced when it is spent.

    Args:
        bootstrap: Kafka's addresses.
        client_id: shows in the broker's logs and quotas.
        prefix: the topic prefix of this installation.
    """

    def __init__(self, bootstrap: str, client_id: str, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._prefix = prefix
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self._waiting: dict[object, float] = {}
        self._hanging_on: dict[AIOKafkaProducer, set[asyncio.Timeout]] = {}

    @property
    def is_connected(self) -> bool:
        """Whether the broker has answered, and leaves nobody waiting for its word."""
        oldest = min(self._waiting.values(), default=time.monotonic())
        return self._producer is not None and time.monotonic() - oldest < _SILENCE_SECONDS

    async def connect(self) -> None:
        """Connect ahead of the first event; returns when the broker has answered."""
        await self._connected()

    async def send_events(self, events: Sequence[PendingEvent]) -> list[Outcome]:
        """Send in order; what shares a key stays in order. Waits as long as the broker is away."""
        records = [Record(event.topic, *record_of(event)) for event in events]
        outcomes = await self.send(records)
        confirmed = Counter((e.topic, e.type) for e, outcome in zip(events, outcomes, strict=True) if outcome is None)
        for (topic, name), count in confirmed.items():
            EVENTS_PUBLISHED.labels(topic, name).inc(count)
        return outcomes

    async def send(self, records: Sequence[Record]) -> list[Outcome]:
        """Send raw records in order and wait for the broker's word on each."""
        producer = await self._connected()
        unsent = _Unsent()
        begun: list[asyncio.Future[Any]] = []
        with self._waits():
            async with self._until_replaced(producer):
                for record in records:
                    begun.append(await self._begin(producer, record, unsent))  # noqa: PERF401 - it may end half-way
                await asyncio.gather(*begun, return_exceptions=True)
        outcomes = [*map(_outcome_of, begun), *(ProducerClosed() for _ in records[len(begun) :])]
        if any(outcomes) and (_has_ended(producer) or unsent.broker_refused_one_of(outcomes)):
            await self._replace(producer)
        fp("published")
        return outcomes

    @contextlib.contextmanager
    def _waits(self) -> Iterator[None]:
        token = object()
        self._waiting[token] = time.monotonic()
        try:
            yield
        finally:
            del self._waiting[token]

    @contextlib.asynccontextmanager
    async def _until_replaced(self, producer: AIOKafkaProducer) -> AsyncIterator[None]:
        """Give up what still waits on this producer when it is replaced.

        A closed client asks for no metadata any more, and whoever waits for a topic to be known to it would wait for
        ever (measured: first events of a topic while the broker was stopping).
        """
        hanging = self._hanging_on.setdefault(producer, set())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None) as until:
                hanging.add(until)
                try:
                    yield
                finally:
                    hanging.discard(until)

    async def stop(self) -> None:
        """Flush for a moment and close; what the broker has not confirmed stays pending."""
        if self._producer is not None:
            await _stop_quietly(self._producer)

    async def _begin(self, producer: AIOKafkaProducer, record: Record, unsent: "_Unsent") -> asyncio.Future[Any]:
        reason = unsent.reason(record)
        if reason is None:
            try:
                topic = self._prefix + record.topic
                begun: asyncio.Future[Any] = await producer.send(
                    topic, record.value, key=record.key, headers=record.headers
                )
            except (KafkaError, AssertionError) as error:
                reason = unsent.note(record, error)
            else:
                return begun
        refused: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        refused.set_exception(reason)
        return refused

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            delay = 0.1
            while self._producer is None:
                self._producer = await self._connect()
                await asyncio.sleep(0 if self._producer else delay)
                delay = min(delay * 2, 2.0)
            return self._producer

    async def _connect(self) -> AIOKafkaProducer | None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            compression_type=None,
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            partitioner=_partition_of,
            max_request_size=DEAD_LETTER_RECORD_LIMIT,
            request_timeout_ms=int(_REQUEST_SECONDS * 1000),
            retry_backoff_ms=100,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            log.warning("producer_cannot_connect", error=type(error).__name__)
            await _stop_quietly(producer)
            return None
        return producer

    async def _replace(self, spent: AIOKafkaProducer) -> None:
        async with self._connecting:
            if self._producer is not spent:
                return
            self._producer = None
        log.warning("producer_replaced")
        await _stop_quietly(spent)
        for hanging in self._hanging_on.pop(spent, ()):
            hanging.reschedule(asyncio.get_running_loop().time())


def _partition_of(key: bytes | None, partitions: Sequence[int], available: Sequence[int]) -> int:
    """The partition that every Kafka client chooses for a key; without one, any that is there."""
    if len(partitions) == 1:
        return partitions[0]
    if key is None:
        return random.choice(available or partitions)
    return partitions[_hash_of(key) % len(partitions)]


@lru_cache(maxsize=1_000)
def _hash_of(key: bytes) -> int:
    """Computed in Python, and the same for all that one change says."""
    return int(murmur2(key)) & 0x7FFF_FFFF


class _Unsent:
    """What one call could not even begin to send, so that nothing later of the same subject overtakes it."""

    def __init__(self) -> None:
        self._topics: dict[str, BaseException] = {}
        self._keys: dict[tuple[str, bytes], BaseException] = {}

    def reason(self, record: Record) -> BaseException | None:
        """Why this record may not be sent now, if it may not."""
        return self._topics.get(record.topic) or self._keys.get((record.topic, record.key or b""))

    def note(self, record: Record, error: BaseException) -> BaseException:
        """A record that is wrong in itself holds up its key, anything else (unknown, full, closed) its topic."""
        if not isinstance(error, (MessageSizeTooLargeError, AssertionError)):
            self._topics[record.topic] = error  # each further one would wait as long again
        elif record.key is not None:
            self._keys[record.topic, record.key] = error
        return error

    def broker_refused_one_of(self, outcomes: Sequence[Outcome]) -> bool:
        own = [*self._topics.values(), *self._keys.values()]
        return any(isinstance(each, _SPENDING) and each not in own for each in outcomes)


def _outcome_of(begun: asyncio.Future[Any]) -> Outcome:
    """What the broker said; nothing, when it was given up."""
    return ProducerClosed() if begun.cancelled() else begun.exception()


def _has_ended(producer: AIOKafkaProducer) -> bool:
    """Whether its sender died of an error; every later send would fail with that same error for ever."""
    task: asyncio.Task[None] | None = producer._sender.sender_task  # noqa: SLF001 - there is no public way to ask
    return task is None or task.done()


async def _stop_quietly(producer: AIOKafkaProducer) -> None:
    # stop() itself waits for ever while the broker is away.
    with contextlib.suppress(KafkaError, OSError):
        async with asyncio.timeout(1):
            await producer.stop()
