"""Accounts in MongoDB. The only file here that knows documents."""

from pymongo import ASCENDING, IndexModel

from services.routing.accounts.domain import Account
from shared.pending import Versioned
from shared.runtime import Runtime


class MongoAccounts:
    """The staff accounts; an account's id is what its owner types to sign in."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("accounts", Account)

    async def prepare(self) -> None:
        await self.aggregates.prepare([IndexModel([("state.agency", ASCENDING)])])

    async def all(self, limit: int = 1_000) -> list[Versioned[Account]]:
        """Every account, by id."""
        documents = await self.aggregates.collection.find({}).sort("_id", ASCENDING).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]
