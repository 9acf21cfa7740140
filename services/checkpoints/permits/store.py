"""Permits in MongoDB. The only file here that knows documents."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.checkpoints.permits.domain import KnownPermit, Permit
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

_MOST_OF_ONE_VEHICLE = 20


class MongoPermits:
    """The permits of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("permits", Permit)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                # Not unique: of a million permits two may share a code; the plate tells them apart.
                IndexModel([("state.code_hash", ASCENDING)]),
                IndexModel([("state.vehicles", ASCENDING), ("state.valid_until", DESCENDING)]),
                IndexModel([("state.issued_at", DESCENDING), ("_id", DESCENDING)]),
                IndexModel([("state.valid_from", ASCENDING)]),
            ]
        )

    async def by_code_hash(self, code_hash: str) -> list[KnownPermit]:
        """The permits that a hand code may mean."""
        return await self._known({"state.code_hash": {"$eq": code_hash}})

    async def by_vehicles(self, refs: Sequence[str]) -> list[KnownPermit]:
        """The permits of vehicles, those that last longest first."""
        return await self._known({"state.vehicles": {"$in": list(refs)}}) if refs else []

    async def newest(
        self,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        between: tuple[datetime, datetime] | None = None,
    ) -> list[Versioned[Permit]]:
        """The newest permits; `between` keeps those that count at some time in there (end exclusive)."""
        query: Document = {}
        if between is not None:
            begin, end = between
            query |= {"state.valid_from": {"$lt": end}, "state.valid_until": {"$gt": begin}}
        if before is not None:
            at, permit_id = before
            query["$or"] = [{"state.issued_at": {"$lt": at}}, {"state.issued_at": at, "_id": {"$lt": permit_id}}]
        order = [("state.issued_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]

    async def _known(self, query: Document) -> list[KnownPermit]:
        found = self.aggregates.collection.find(query, {"version": 1, "state": 1})
        newest_first = found.sort("state.valid_until", DESCENDING).limit(_MOST_OF_ONE_VEHICLE)
        documents = await newest_first.to_list(_MOST_OF_ONE_VEHICLE)
        return [KnownPermit(document["_id"], self.aggregates.read(document).state) for document in documents]
