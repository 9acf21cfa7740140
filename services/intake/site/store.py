"""What changes in this service's database, as MongoDB tells it. The only file here that knows documents."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from pymongo.errors import PyMongoError

from shared.mongo import Document
from shared.runtime import Runtime

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
"""How often pages look for themselves while MongoDB gives no change stream."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One document was written."""

    collection: str
    id: str


class MongoChanges:
    """The changes of some collections, by one change stream for the whole process (each holds a thread of motor's).

    Args:
        runtime: whose database.
        collections: which ones.
    """

    def __init__(self, runtime: Runtime, collections: Sequence[str]) -> None:
        self._database = runtime.database
        self._pipeline: list[Document] = [
            {"$match": {"ns.coll": {"$in": list(collections)}, "operationType": {"$in": ["insert", "update"]}}},
            {"$project": {"ns": 1, "documentKey": 1}},
        ]

    async def follow(self) -> AsyncIterator[Changed | None]:
        """Changes for ever.

        None stands where anything may have changed: at the start, after a gap, and every two seconds while there is
        no stream to follow.
        """
        while True:
            try:
                async for changed in self._streamed():
                    yield changed
            except PyMongoError as error:
                log.warning("change_stream_away", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)
            yield None

    async def _streamed(self) -> AsyncIterator[Changed | None]:
        async with self._database.watch(self._pipeline) as stream:
            await stream.try_next()  # opens it: what is written from now on will be heard
            yield None
            async for change in stream:
                yield Changed(change["ns"]["coll"], str(change["documentKey"]["_id"]))
