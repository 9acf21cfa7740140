"""The watch list in MongoDB. The only file here that knows documents."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.checkpoints.watchlist.domain import Entry
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

_CANDIDATES = 200
"""Entries one look-up compares at most; more people of one name than this need more than a name to be told apart."""


class MongoWatchlist:
    """The entries of this service, found by keyed reference or keyed hash through an index."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("watchlist", Entry)

    async def prepare(self) -> None:
        has_ref = {"state.ref": {"$type": "string"}}
        has_keys = {"state.name_keys.0": {"$exists": True}}
        await self.aggregates.prepare(
            [
                IndexModel([("state.ref", ASCENDING)], partialFilterExpression=has_ref),
                IndexModel([("state.name_keys", ASCENDING)], partialFilterExpression=has_keys),
                IndexModel([("state.added_at", DESCENDING), ("_id", DESCENDING)]),
            ]
        )

    async def by_refs(self, refs: Sequence[str]) -> list[Versioned[Entry]]:
        """The entries of plates, identity numbers and phones."""
        if not refs:
            return []
        return await self._found({"state.ref": {"$in": list(refs), "$type": "string"}})

    async def by_name_keys(self, keys: Sequence[int]) -> list[Versioned[Entry]]:
        """The entries whose names may be meant."""
        if not keys:
            return []
        return await self._found({"state.name_keys": {"$in": list(keys)}, "state.name_keys.0": {"$exists": True}})

    async def newest(
        self, *, limit: int, before: tuple[datetime, str] | None = None, source: str | None = None
    ) -> list[Versioned[Entry]]:
        """The newest entries; `before` (added at, id) goes on where a page ended."""
        query: Document = {} if source is None else {"state.source": source}
        if before is not None:
            at, entry_id = before
            query["$or"] = [{"state.added_at": {"$lt": at}}, {"state.added_at": at, "_id": {"$lt": entry_id}}]
        order = [("state.added_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]

    async def _found(self, query: Document) -> list[Versioned[Entry]]:
        documents = await self.aggregates.collection.find(query).limit(_CANDIDATES).to_list(_CANDIDATES)
        return [self.aggregates.read(document) for document in documents]
