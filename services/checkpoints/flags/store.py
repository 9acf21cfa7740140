"""Flags in MongoDB. The only file here that knows documents."""

from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.checkpoints.flags.domain import Flag
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

GROUP = "checkpoints.flags"


class MongoFlags:
    """The flags of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("flags", Flag, group=GROUP)

    async def prepare(self) -> None:
        newest = [("state.raised_at", DESCENDING), ("_id", DESCENDING)]
        await self.aggregates.prepare(
            [
                IndexModel([("state.waiting", ASCENDING), *newest]),
                IndexModel([("state.agencies", ASCENDING), *newest]),
                IndexModel(newest),
                IndexModel([("state.pass_id", ASCENDING)]),
            ]
        )

    async def newest(
        self,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        agency: str | None = None,
        is_open: bool = False,
    ) -> list[Versioned[Flag]]:
        """The newest flags of an agency (None: of all); `is_open` keeps those not acknowledged."""
        query = self._query(agency, is_open=is_open)
        if before is not None:
            at, flag_id = before
            query["$or"] = [{"state.raised_at": {"$lt": at}}, {"state.raised_at": at, "_id": {"$lt": flag_id}}]
        order = [("state.raised_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]

    async def count_open(self, agency: str | None, *, most: int = 1_000) -> int:
        """How many wait for an agency, counted no further than `most`."""
        return await self.aggregates.collection.count_documents(self._query(agency, is_open=True), limit=most)

    def _query(self, agency: str | None, *, is_open: bool) -> Document:
        if is_open:
            return {"state.waiting": {"$eq": agency} if agency else {"$gt": ""}}
        return {"state.agencies": {"$eq": agency}} if agency else {}
