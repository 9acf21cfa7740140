"""Documents whose event the broker refused twice: they wait for a person, and block nothing but themselves.

The cause lies outside (a topic that is missing, a record limit that was lowered). Once it is mended, a document is
released and the relay publishes what waits in it, in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.mongo import Collection, Document

_MOST_SHOWN = 1_000
STUCK = {"pending_since": {"$exists": True}, "unpublishable": {"$exists": True}}
"""What asks for them; found by the relay's index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A document that waits, the event that was refused, and since when it waits (UTC)."""

    collection: str
    document_id: str
    event_id: str
    type: str
    topic: str
    since: datetime


class Unpublishable:
    """What is stuck in the stores of one service.

    Args:
        collections: every collection of the service that holds pending events.
    """

    def __init__(self, collections: Sequence[Collection]) -> None:
        self._collections = {collection.name: collection for collection in collections}

    async def find(self) -> list[Stuck]:
        """All of them, those that wait longest first; a thousand of each collection at most."""
        found = [
            _stuck(name, document)
            for name, collection in self._collections.items()
            async for document in collection.find(STUCK).sort("pending_since", 1).limit(_MOST_SHOWN)
        ]
        return sorted(found, key=lambda stuck: stuck.since)

    async def release(self, collection: str, document_id: str) -> bool:
        """Let the relay try again; False where nothing of that name is stuck."""
        if collection not in self._collections:
            return False
        freed = await self._collections[collection].update_one(
            {"_id": {"$eq": document_id}, **STUCK}, {"$unset": {"unpublishable": "", "refusals": ""}}
        )
        return freed.modified_count == 1


def _stuck(collection: str, document: Document) -> Stuck:
    event_id = document["unpublishable"]
    refused = next((event for event in document["pending"] if event["id"] == event_id), document["pending"][0])
    return Stuck(
        collection=collection,
        document_id=str(document["_id"]),
        event_id=event_id,
        type=refused["type"],
        topic=refused["topic"],
        since=document["pending_since"],
    )
