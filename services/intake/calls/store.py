"""Calls in MongoDB. The only file here that knows documents."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.intake.calls.domain import Call, CallStatus
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime


class MongoCalls:
    """The calls of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("calls", Call)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.status", ASCENDING), ("state.rang_at", DESCENDING)]),
                IndexModel([("state.operator", ASCENDING), ("state.status", ASCENDING)]),
                IndexModel([("state.caller", ASCENDING), ("state.rang_at", DESCENDING)]),
            ]
        )

    async def ringing(self, limit: int = 50) -> list[Versioned[Call]]:
        """Who waits, the longest first."""
        return await self._find({"state.status": CallStatus.RINGING}, ASCENDING, limit)

    async def open_of(self, operator: str) -> list[Versioned[Call]]:
        """The calls that this call-taker has answered and not yet recorded."""
        return await self._find({"state.operator": operator, "state.status": CallStatus.ANSWERED}, ASCENDING, 20)

    async def newest(self, limit: int = 20) -> list[Versioned[Call]]:
        """The last calls that are over, newest first."""
        over = {"state.status": {"$in": [CallStatus.ENDED, CallStatus.MISSED]}}
        return await self._find(over, DESCENDING, limit)

    async def _find(self, query: Document, order: int, limit: int) -> list[Versioned[Call]]:
        found = self.aggregates.collection.find(query).sort("state.rang_at", order).limit(limit)
        return [self.aggregates.read(document) for document in await found.to_list(limit)]
