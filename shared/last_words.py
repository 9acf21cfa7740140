"""A compacted topic keeps the last record of each key, and the last record must be the newest.

No lease can stop a paused process from sending late: an old event may arrive behind a newer one, and compaction would
then keep the old one for ever. So the service that owns such a topic hears it, remembers the newest event of each key
and where it stood, and sends that very event again (same id, same sequence) when an older one came after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.events import REGISTRY, Contract, Event, PendingEvent, Received, pend
from shared.messaging import Reaction, Said
from shared.mongo import Collection, Document, already_there
from shared.settings import ServiceName

COLLECTION = "last_words"


@dataclass(frozen=True, slots=True)
class LastWord:
    """The newest event of a key, and the last place where it stands."""

    event: PendingEvent
    partition: int
    offset: int

    @property
    def name(self) -> str:
        return name_of(self.event.topic, self.event.key)

    def is_overtaken_by(self, later: "LastWord") -> bool:
        """Whether an older event stands behind this one; a redelivered record stands before it."""
        return later.event.sequence < self.event.sequence and later.offset > self.offset


def name_of(topic: str, key: str) -> str:
    return f"{topic}/{key}"


def own_compacted(service: ServiceName) -> dict[str, list[Contract]]:
    """The contracts of compacted topics that a service publishes, by the capability that does."""
    mine: dict[str, list[Contract]] = {}
    for contract in REGISTRY.values():
        if contract.topic.kept is None and contract.producer.startswith(f"{service}."):
            mine.setdefault(contract.producer, []).append(contract)
    return mine


def keep_last_words(service: ServiceName, heard: Collection) -> list[Reaction]:
    """A reaction for each capability of a service that owns a compacted topic; its group is the capability."""

    async def repeat_overtaken(received: Sequence[Received[Event]]) -> Said:
        known = await _known(heard, received)
        overtaken: dict[str, LastWord] = {}
        for word in map(_word, received):
            newest = known.get(word.name)
            if newest is None or word.event.sequence >= newest.event.sequence:
                known[word.name] = word
                overtaken.pop(word.name, None)
            elif newest.is_overtaken_by(word):
                overtaken[word.name] = newest
        await _remember(heard, known)
        return [word.event for word in overtaken.values()]

    return [
        Reaction(capability, tuple(contract.model for contract in contracts), repeat_overtaken)
        for capability, contracts in own_compacted(service).items()
    ]


def _word(received: Received[Event]) -> LastWord:
    event = pend(
        received.event,
        source=received.source,
        sequence=received.sequence or 0,
        at=received.time,
        cause=received.cause(),
    )
    return LastWord(event, received.partition, received.offset)


async def _known(heard: Collection, received: Sequence[Received[Event]]) -> dict[str, LastWord]:
    names = list({name_of(each.event.topic_name, each.event.key) for each in received})
    return {document["_id"]: _of(document) async for document in heard.find({"_id": {"$in": names}})}


async def _remember(heard: Collection, words: Mapping[str, LastWord]) -> None:
    writes = [UpdateOne(_not_newer_than(word), {"$set": _document(word)}, upsert=True) for word in words.values()]
    try:
        await heard.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        already_there(error)  # another owner of this partition knows a newer one


def _not_newer_than(word: LastWord) -> Document:
    return {"_id": word.name, "sequence": {"$lte": word.event.sequence}}


def _document(word: LastWord) -> dict[str, Any]:
    return {
        "sequence": word.event.sequence,
        "partition": word.partition,
        "offset": word.offset,
        "event": word.event.to_document(),
    }


def _of(document: Document) -> LastWord:
    return LastWord(PendingEvent.from_document(document["event"]), document["partition"], document["offset"])
