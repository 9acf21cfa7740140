"""Refused updates: facts whose only event tells the agency why. The only file here that knows documents."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.routing.agencies.domain import Refused
from shared.runtime import Runtime

GROUP = "routing.agencies"


class MongoRefusals:
    """The refused updates of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("refusals", Refused, group=GROUP)

    async def prepare(self) -> None:
        await self.aggregates.prepare([IndexModel([("state.agency", ASCENDING), ("state.at", DESCENDING)])])

    async def latest(self, agency: str, limit: int = 20) -> list[Refused]:
        """What an agency's software sent in vain, newest first."""
        found = self.aggregates.collection.find({"state.agency": agency}).sort("state.at", DESCENDING).limit(limit)
        return [self.aggregates.read(document).state for document in await found.to_list(limit)]
