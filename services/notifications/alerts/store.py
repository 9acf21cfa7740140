"""Alerts in MongoDB. The only file here that knows documents."""

from datetime import datetime

from pymongo import DESCENDING, IndexModel

from services.notifications.alerts.domain import Alert
from shared.pending import Versioned
from shared.runtime import Runtime


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
