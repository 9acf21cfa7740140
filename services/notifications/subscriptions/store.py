"""Subscriptions in MongoDB. The only file here that knows documents."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.notifications.subscriptions.domain import Subscription, SubscriptionStatus
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime


class MongoSubscriptions:
    """The subscriptions of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("subscriptions", Subscription)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.status", ASCENDING), ("state.wards", ASCENDING), ("state.made_at", ASCENDING)]),
                IndexModel([("state.agency", ASCENDING), ("_id", DESCENDING)]),
                IndexModel([("state.made_by", ASCENDING), ("_id", DESCENDING)]),
            ]
        )

    async def listening(self, wards: Sequence[str], at: datetime) -> list[str]:
        """The ids of those who hear of something in these wards (none: everywhere) that was said at this moment."""
        query = _listening(wards) | {"state.made_at": {"$lte": at}}
        return [document["_id"] async for document in self.aggregates.collection.find(query, {"_id": 1})]

    async def count(self, wards: Sequence[str]) -> int:
        """How many would hear of something in these wards now."""
        return await self.aggregates.collection.count_documents(_listening(wards))

    async def of(self, *, agency: str | None, account: str | None, limit: int = 200) -> list[Versioned[Subscription]]:
        """The newest subscriptions of an agency, of an account, or (both None) of everybody."""
        query: Document = {"state.agency": agency} if agency else {}
        if account is not None and agency is None:
            query = {"state.made_by": account}
        found = self.aggregates.collection.find(query).sort("_id", DESCENDING).limit(limit)
        return [self.aggregates.read(document) for document in await found.to_list(limit)]

    async def named(self, ids: Sequence[str]) -> dict[str, Subscription]:
        """These subscriptions by id, ended ones too."""
        found = self.aggregates.collection.find({"_id": {"$in": list(ids)}})
        return {document["_id"]: self.aggregates.read(document).state async for document in found}


def _listening(wards: Sequence[str]) -> Document:
    active: Document = {"state.status": SubscriptionStatus.ACTIVE.value}
    return active | ({"state.wards": {"$in": [[], *wards]}} if wards else {})
