"""Alerts in MongoDB. The only file here that knows documents."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import structlog
from pymongo import DESCENDING, IndexModel
from pymongo.errors import PyMongoError

from services.notifications.alerts.domain import Alert
from shared.pending import Versioned
from shared.runtime import Runtime

log = structlog.get_logger(__name__)

_WAIT_MS = 1_000
_AGAIN_SECONDS = 1.0


class MongoAlerts:
    """The alerts of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("alerts", Alert)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.status", DESCENDING), ("state.published_at", DESCENDING)]),
                IndexModel([("state.drafted_at", DESCENDING)]),
            ]
        )

    async def newest(self, limit: int = 50) -> list[Versioned[Alert]]:
        """Drafts and all, newest first: what the press desk sees."""
        found = self.aggregates.collection.find({}).sort("state.drafted_at", DESCENDING).limit(limit)
        return [self.aggregates.read(document) for document in await found.to_list(limit)]

    async def public(self, since: datetime, limit: int = 50) -> list[Versioned[Alert]]:
        """What the public sees: published ones, and those published since then and cancelled; newest first."""
        query = {"state.published_at": {"$gt": since}}
        found = self.aggregates.collection.find(query).sort("state.published_at", DESCENDING).limit(limit)
        return [self.aggregates.read(document) for document in await found.to_list(limit)]

    async def published(self) -> int:
        """How many were ever published."""
        return await self.aggregates.collection.count_documents({"state.published_at": {"$type": "date"}})

    async def changes(self, every: float) -> AsyncIterator[None]:
        """Says at once, and whenever something here may be new: upon each change, and after `every` seconds.

        A change stream is the bell, looking is the truth: should the stream break, nothing is missed for longer than
        `every` seconds, and it is opened anew.
        """
        while True:
            yield
            try:
                async for _ in self._bells(every):
                    yield
            except PyMongoError as error:
                log.warning("alerts_watched_anew", error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _bells(self, every: float) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        rung = loop.time()
        async with self.aggregates.collection.watch([], max_await_time_ms=_WAIT_MS) as stream:
            while stream.alive:
                change = await stream.try_next()
                if change is not None or loop.time() - rung >= every:
                    rung = loop.time()
                    yield
