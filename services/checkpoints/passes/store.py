"""Passes in MongoDB. The only file here that knows documents."""

from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.checkpoints.passes.domain import Pass
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime


class MongoPasses:
    """The passes of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("passes", Pass)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.recorded_at", DESCENDING), ("_id", DESCENDING)]),
                IndexModel([("state.post", ASCENDING), ("state.recorded_at", DESCENDING), ("_id", DESCENDING)]),
            ]
        )

    async def newest(
        self, *, limit: int, before: tuple[datetime, str] | None = None, post: str | None = None
    ) -> list[Versioned[Pass]]:
        """The passes heard of last; `before` (recorded at, id) goes on where a page ended."""
        query: Document = {} if post is None else {"state.post": {"$eq": post}}
        if before is not None:
            at, pass_id = before
            query["$or"] = [{"state.recorded_at": {"$lt": at}}, {"state.recorded_at": at, "_id": {"$lt": pass_id}}]
        order = [("state.recorded_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]
