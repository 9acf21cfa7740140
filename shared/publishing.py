"""From pending to published: the second half of the one mechanism.

Three things send events, all through `EventProducer`: the `Publisher` right after a write, the `Relay` for whatever
is older than two seconds, the consumer loop for facts. Kafka is never in the path of an HTTP answer.
"""

import asyncio
import itertools
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from shared.events import PendingEvent
from shared.failpoints import fp
from shared.mongo import Collection
from shared.producing import REFUSALS, EventProducer, Outcome, Record

__all__ = ["EventProducer", "Offer", "Outcome", "Publisher", "Record", "publish_and_clear"]

log = structlog.get_logger(__name__)


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
        limit: how many documents may wait; what comes on top is left to the relay.
    """

    BATCH = 500

    def __init__(self, producer: EventProducer, limit: int = 10_000) -> None:
        self._producer = producer
        self._waiting: dict[tuple[str, str], Offer] = {}
        self._comes = asyncio.Event()
        self._confirmed: dict[str, None] = {}
        self._limit = limit

    def offer(self, collection: Collection, document_id: str, pending: Sequence[PendingEvent]) -> None:
        """Hand over what a write returned; dropped when too many wait, since the relay finds it anyway.

        A later write of a document returns what the earlier ones said as well, and takes their place: a document that
        changes often while the broker is away would else be held as often as it changed.
        """
        place = (collection.name, document_id)
        known = self._waiting.get(place)
        if not pending or (known is None and len(self._waiting) >= self._limit):
            return
        if known is None or known.pending[-1].sequence < pending[-1].sequence:
            self._waiting[place] = Offer(collection, document_id, tuple(pending))
            self._comes.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            offers = await self._next_batch()
            try:
                await self._publish(offers)
            except (PyMongoError, KafkaError, OSError) as error:
                log.warning("publish_left_to_relay", error=type(error).__name__, documents=len(offers))

    async def _publish(self, offers: Sequence["Offer"]) -> None:
        """Send what a moment ago was not confirmed yet: fast writes to one document return the same events."""
        fresh = [offer.without(self._confirmed) for offer in offers]
        confirmed = await publish_and_clear(self._producer, [offer for offer in fresh if offer.pending])
        self._confirmed.update(dict.fromkeys(confirmed))
        while len(self._confirmed) > self._limit:
            del self._confirmed[next(iter(self._confirmed))]

    async def _next_batch(self) -> list["Offer"]:
        while not self._waiting:
            self._comes.clear()
            await self._comes.wait()
        places = list(itertools.islice(self._waiting, self.BATCH))
        return [self._waiting.pop(place) for place in places]


async def publish_and_clear(producer: EventProducer, offers: Sequence[Offer]) -> list[str]:
    """Send the pending events of several documents, first entry first, and remove by id what was confirmed.

    Returns:
        The ids of the events that the broker confirmed.
    """
    flat = [(offer, event) for offer in _without_repeats(offers) for event in offer.pending]
    outcomes = await producer.send_events([event for _, event in flat])
    confirmed: dict[str, dict[str, list[str]]] = {}
    failed: dict[tuple[str, str], tuple[Offer, PendingEvent, BaseException]] = {}
    for (offer, event), outcome in zip(flat, outcomes, strict=True):
        if outcome is None:
            confirmed.setdefault(offer.collection.name, {}).setdefault(offer.document_id, []).append(event.id)
        else:
            failed.setdefault((offer.collection.name, offer.document_id), (offer, event, outcome))
    for failure in failed.values():
        await _note_failure(*failure)
    collections = {offer.collection.name: offer.collection for offer in offers}
    for name, documents in confirmed.items():
        await _clear(collections[name], documents)
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


async def _clear(collection: Collection, documents: Mapping[str, Sequence[str]]) -> None:
    """Most documents wait with one event and have nothing else to say: one update clears them all."""
    single = {document_id: ids[0] for document_id, ids in documents.items() if len(ids) == 1}
    cleared = 0
    if single:
        alone = {"_id": {"$in": list(single)}, "pending.id": {"$in": list(single.values())}, "pending": {"$size": 1}}
        done = await collection.update_many(alone, {"$set": {"pending": []}, "$unset": _MARKS})
        cleared = done.matched_count
    if cleared < len(documents):
        rest = documents if cleared < len(single) else {each: documents[each] for each in documents.keys() - single}
        clearing = [UpdateOne({"_id": document_id}, _cleared(ids)) for document_id, ids in rest.items()]
        await collection.bulk_write(clearing, ordered=False)


_MARKS = {"pending_since": "", "refusals": ""}


def _cleared(ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """An update that removes these events and, with the last one, what the relay looks for and counted."""
    kept = {"$filter": {"input": {"$ifNull": ["$pending", []]}, "cond": {"$not": {"$in": ["$$this.id", list(ids)]}}}}
    empty = {"$eq": [{"$size": "$pending"}, 0]}
    return [
        {"$set": {"pending": kept}},
        {"$set": {name: {"$cond": [empty, "$$REMOVE", f"${name}"]} for name in _MARKS}},
    ]


async def _note_failure(offer: Offer, event: PendingEvent, outcome: BaseException) -> None:
    """A refusal counts on its document; the second one marks it, so that it blocks nobody else."""
    log.warning("publish_failed", event_id=event.id, type=event.type, error=type(outcome).__name__)
    if not isinstance(outcome, REFUSALS):
        return
    await offer.collection.update_one({"_id": offer.document_id}, {"$inc": {"refusals": 1}})
    marked = await offer.collection.update_one(
        {"_id": offer.document_id, "refusals": {"$gte": 2}, "unpublishable": {"$exists": False}},
        {"$set": {"unpublishable": event.id}},
    )
    if marked.modified_count:
        log.error("event_unpublishable", event_id=event.id, type=event.type, document=offer.document_id)
