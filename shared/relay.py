"""The relay: one per service, publishes whatever was accepted and is still pending after two seconds.

Polling the index of `pending_since` is the truth. It also tells how much waits and how old the oldest is.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiokafka.errors import KafkaError
from pymongo import timeout
from pymongo.errors import PyMongoError

from shared.clock import Clock, now
from shared.events import PendingEvent
from shared.failpoints import fp
from shared.leases import Leases
from shared.mongo import Collection, Document
from shared.publishing import EventProducer, Offer, publish_and_clear
from shared.settings import ServiceName
from shared.telemetry import OUTBOX_OLDEST, OUTBOX_PENDING, OUTBOX_UNPUBLISHABLE, RELAY_PUBLISHED
from shared.unpublishable import STUCK

log = structlog.get_logger(__name__)

LEASE = "relay"
_LEASE_SECONDS = 5.0
_AHEAD = timedelta(minutes=1)
"""Whatever waits since a later moment was accepted before the clock was set back; it would wait until then."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many documents wait to be published, and since when the oldest does."""

    documents: int
    oldest: datetime | None


class Relay:
    """Publishes what the publisher could not, in the order of the documents' waiting.

    Args:
        service: whose relay it is.
        collections: every collection of the service that holds pending events.
        producer: where it sends.
        leases: only the holder of the lease works.
        age: how long an event may be pending before the relay looks after it.
        every: seconds between two looks.
    """

    BATCH = 500

    def __init__(
        self,
        service: ServiceName,
        collections: Sequence[Collection],
        producer: EventProducer,
        leases: Leases,
        *,
        age: timedelta = timedelta(seconds=2),
        every: float = 0.5,
        clock: Clock = now,
    ) -> None:
        self._service = service
        self._collections = collections
        self._producer = producer
        self._leases = leases
        self._age = age
        self._every = every
        self._clock = clock

    async def run(self) -> None:
        """Look and publish until cancelled; the lease is given back then, so that another process goes on at once."""
        try:
            while True:
                try:
                    await self._look()
                except (PyMongoError, KafkaError, OSError) as error:
                    log.warning("relay_waits", error=type(error).__name__)
                await asyncio.sleep(self._every)
        finally:
            with contextlib.suppress(PyMongoError), timeout(1):
                await self._leases.release(LEASE)

    async def waiting(self) -> Waiting:
        """What is pending now, in all collections of the service."""
        oldest: list[datetime] = []
        documents = 0
        for collection in self._collections:
            documents += await collection.count_documents({"pending_since": {"$exists": True}})
            first = await collection.find_one(
                {"pending_since": {"$exists": True}}, {"pending_since": 1}, sort=[("pending_since", 1)]
            )
            oldest += [first["pending_since"]] if first else []
        return self._shown(Waiting(documents, min(oldest, default=None)))

    async def unpublishable(self) -> int:
        """How many documents hold an event that the broker refused twice; they need a person."""
        counts = [await collection.count_documents(STUCK) for collection in self._collections]
        OUTBOX_UNPUBLISHABLE.labels(self._service).set(sum(counts))
        return sum(counts)

    def _shown(self, waiting: Waiting) -> Waiting:
        age = (self._clock() - waiting.oldest).total_seconds() if waiting.oldest else 0.0
        OUTBOX_PENDING.labels(self._service).set(waiting.documents)
        OUTBOX_OLDEST.labels(self._service).set(max(0.0, age))
        return waiting

    async def _look(self) -> None:
        if not await self._leases.hold(LEASE, _LEASE_SECONDS):
            return
        for collection in self._collections:
            while await self._publish_some(collection) == self.BATCH:
                await self._leases.hold(LEASE, _LEASE_SECONDS)

    async def _publish_some(self, collection: Collection) -> int:
        """Publish the oldest pending documents; returns how many there were, 0 where the broker took nothing."""
        found = collection.find(self._due(), {"pending": 1}).sort("pending_since", 1).limit(self.BATCH)
        documents = await found.to_list(self.BATCH)
        if not documents:
            return 0
        fp("claimed")
        offers = [
            Offer(collection, document["_id"], tuple(map(PendingEvent.from_document, document["pending"])))
            for document in documents
        ]
        confirmed = await publish_and_clear(self._producer, offers)
        RELAY_PUBLISHED.labels(self._service).inc(len(confirmed))
        return len(documents) if confirmed else 0

    def _due(self) -> Document:
        present = self._clock()
        since = ({"$lt": present - self._age}, {"$gt": present + _AHEAD})
        return {"$or": [{"pending_since": each} for each in since], "unpublishable": {"$exists": False}}
