"""From pending to published: the second half of the one mechanism.

Three things send events, all through `EventProducer`: the `Publisher` right after a write, the `Relay` for whatever
is older than two seconds, the consumer loop for facts. Kafka is never in the path of an HTTP answer.

The idempotent producer never times out (aio-libs/aiokafka#1101): while the broker is away, sends simply wait, the
bounded queue fills, overflow stays with the relay. A time-out would mean "unknown", never "not sent".
"""

import asyncio
import contextlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    RecordListTooLargeError,
    UnknownTopicOrPartitionError,
)
from pymongo import UpdateOne

from shared.events import PendingEvent, record_of
from shared.failpoints import fp
from shared.mongo import AWAY, Collection
from shared.telemetry import EVENTS_PUBLISHED
from shared.topics import DEAD_LETTER_RECORD_LIMIT

log = structlog.get_logger(__name__)

_REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, OutOfOrderSequenceNumber)
"""After one of these every later send to that partition fails until the producer is replaced (measured)."""

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

    @property
    def is_connected(self) -> bool:
        return self._producer is not None

    async def connect(self) -> None:
        """Connect ahead of the first event; returns when the broker has answered."""
        await self._connected()

    async def send_events(self, events: Sequence[PendingEvent]) -> list[Outcome]:
        """Send in order; what shares a key stays in order. Waits as long as the broker is away."""
        records = [Record(event.topic, *record_of(event)) for event in events]
        outcomes = await self.send(records)
        for event, outcome in zip(events, outcomes, strict=True):
            if outcome is None:
                EVENTS_PUBLISHED.labels(event.topic, event.type).inc()
        return outcomes

    async def send(self, records: Sequence[Record]) -> list[Outcome]:
        """Send raw records in order and wait for the broker's word on each."""
        producer = await self._connected()
        futures = [await self._begin(producer, record) for record in records]
        outcomes: list[Outcome] = [
            result if isinstance(result, BaseException) else None
            for result in await asyncio.gather(*futures, return_exceptions=True)
        ]
        if any(isinstance(outcome, _REFUSED) for outcome in outcomes):
            await self._replace(producer)
        fp("published")
        return outcomes

    async def stop(self) -> None:
        """Flush for a moment and close; what the broker has not confirmed stays pending."""
        if self._producer is not None:
            await _stop_quietly(self._producer)

    async def _begin(self, producer: AIOKafkaProducer, record: Record) -> asyncio.Future[Any]:
        try:
            topic = self._prefix + record.topic
            begun: asyncio.Future[Any] = await producer.send(
                topic, record.value, key=record.key, headers=record.headers
            )
        except (KafkaError, AssertionError) as error:  # refused before it was sent: too large, closed
            refused: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused
        return begun

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
            max_request_size=DEAD_LETTER_RECORD_LIMIT,
            request_timeout_ms=10_000,
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
            if self._producer is spent:
                self._producer = None
        log.warning("producer_replaced")
        await _stop_quietly(spent)


async def _stop_quietly(producer: AIOKafkaProducer) -> None:
    # stop() itself waits for ever while the broker is away.
    with contextlib.suppress(KafkaError, OSError, asyncio.TimeoutError):
        await asyncio.wait_for(producer.stop(), timeout=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """One document's pending events, as a write returned them or the relay found them."""

    collection: Collection
    document_id: str
    pending: tuple[PendingEvent, ...]

    def without(self, known: Container[str]) -> "Offer":
        """The same without the events of these ids."""
        return Offer(self.collection, self.document_id, tuple(e for e in self.pending if e.id not in known))


class Publisher:
    """Sends what writers hand over and clears what the broker confirmed; one task, so that order holds.

    Args:
        producer: where it sends.
        limit: how many writes may wait; what comes on top is left to the relay.
    """

    BATCH = 500

    def __init__(self, producer: EventProducer, limit: int = 10_000) -> None:
        self._producer = producer
        self._queue: asyncio.Queue[Offer] = asyncio.Queue(limit)
        self._confirmed: dict[str, None] = {}
        self._limit = limit

    def offer(self, collection: Collection, document_id: str, pending: Sequence[PendingEvent]) -> None:
        """Hand over what a write returned; dropped when the queue is full, since the relay finds it anyway."""
        if pending:
            with contextlib.suppress(asyncio.QueueFull):
                self._queue.put_nowait(Offer(collection, document_id, tuple(pending)))

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            offers = await self._next_batch()
            try:
                await self._publish(offers)
            except (*AWAY, KafkaError, OSError) as error:
                log.warning("publish_left_to_relay", error=type(error).__name__, documents=len(offers))

    async def _publish(self, offers: Sequence["Offer"]) -> None:
        """Send what a moment ago was not confirmed yet: fast writes to one document return the same events."""
        fresh = [offer.without(self._confirmed) for offer in offers]
        confirmed = await publish_and_clear(self._producer, [offer for offer in fresh if offer.pending])
        self._confirmed.update(dict.fromkeys(confirmed))
        while len(self._confirmed) > self._limit:
            del self._confirmed[next(iter(self._confirmed))]

    async def _next_batch(self) -> list["Offer"]:
        offers = [await self._queue.get()]
        while len(offers) < self.BATCH and not self._queue.empty():
            offers.append(self._queue.get_nowait())
        return offers


async def publish_and_clear(producer: EventProducer, offers: Sequence[Offer]) -> list[str]:
    """Send the pending events of several documents, first entry first, and remove by id what was confirmed.

    Returns:
        The ids of the events that the broker confirmed.
    """
    flat = [(offer, event) for offer in _without_repeats(offers) for event in offer.pending]
    outcomes = await producer.send_events([event for _, event in flat])
    confirmed: dict[str, dict[str, list[str]]] = {}
    for (offer, event), outcome in zip(flat, outcomes, strict=True):
        if outcome is None:
            confirmed.setdefault(offer.collection.name, {}).setdefault(offer.document_id, []).append(event.id)
        else:
            await _note_failure(offer, event, outcome)
    collections = {offer.collection.name: offer.collection for offer in offers}
    for name, documents in confirmed.items():
        clearing = [UpdateOne({"_id": document_id}, _cleared(ids)) for document_id, ids in documents.items()]
        await collections[name].bulk_write(clearing, ordered=False)
    fp("cleared")
    return [event_id for documents in confirmed.values() for ids in documents.values() for event_id in ids]


def _without_repeats(offers: Sequence[Offer]) -> list[Offer]:
    """Two fast writes to one document return overlapping lists; send each event once, in order."""
    sent: set[tuple[str, str]] = set()
    fresh: list[Offer] = []
    for offer in offers:
        new = tuple(e for e in offer.pending if (offer.document_id, e.id) not in sent)
        sent.update((offer.document_id, e.id) for e in new)
        fresh.append(Offer(offer.collection, offer.document_id, new))
    return fresh


def _cleared(ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """An update that removes these events and, with the last one, the mark that the relay looks for."""
    kept = {"$filter": {"input": {"$ifNull": ["$pending", []]}, "cond": {"$not": {"$in": ["$$this.id", list(ids)]}}}}
    empty = {"$eq": [{"$size": "$pending"}, 0]}
    return [
        {"$set": {"pending": kept}},
        {"$set": {"pending_since": {"$cond": [empty, "$$REMOVE", "$pending_since"]}}},
    ]


async def _note_failure(offer: Offer, event: PendingEvent, outcome: BaseException) -> None:
    """A refusal counts on its document; the second one marks it, so that it blocks nobody else."""
    log.warning("publish_failed", event_id=event.id, type=event.type, error=type(outcome).__name__)
    if not isinstance(outcome, (MessageSizeTooLargeError, RecordListTooLargeError, UnknownTopicOrPartitionError)):
        return
    await offer.collection.update_one({"_id": offer.document_id}, {"$inc": {"refusals": 1}})
    marked = await offer.collection.update_one(
        {"_id": offer.document_id, "refusals": {"$gte": 2}, "unpublishable": {"$exists": False}},
        {"$set": {"unpublishable": event.id}},
    )
    if marked.modified_count:
        log.error("event_unpublishable", event_id=event.id, type=event.type, document=offer.document_id)
