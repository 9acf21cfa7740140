"""Accounts in MongoDB. The only file here that knows documents."""

from pymongo import ASCENDING, IndexModel

from services.routing.accounts.domain import Account
from shared.pending import Versioned
from shared.runtime import Runtime
from shared.security.accounts_view import AccountView, ApiKeyView


class MongoAccounts:
    """The staff accounts; an account's id is what its owner types to sign in.

    Routing asks them directly who may do what, so that a key works and a closed account ends with the answer that
    says so; the other services hear of it on `routing.accounts.v1`.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("accounts", Account)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [IndexModel([("state.agency", ASCENDING)]), IndexModel([("state.api_keys.id", ASCENDING)])]
        )

    async def account(self, account_id: str) -> AccountView | None:
        found = await self.aggregates.find(account_id)
        return _view(found.state) if found else None

    async def api_key(self, key_id: str) -> ApiKeyView | None:
        document = await self.aggregates.collection.find_one({"state.api_keys.id": {"$eq": key_id}})
        return _key_view(self.aggregates.read(document).state, key_id) if document else None

    async def all(self, limit: int = 1_000) -> list[Versioned[Account]]:
        """Every account, by id."""
        documents = await self.aggregates.collection.find({}).sort("_id", ASCENDING).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]


def _view(account: Account) -> AccountView:
    """What may be done in this account's name."""
    return AccountView(
        account=account.id,
        active=account.active,
        roles=frozenset(account.roles),
        agency=account.agency,
        post=account.post,
        sessions_ended_before=account.sessions_ended_before,
        ended_sessions=frozenset(account.ended_sessions),
    )


def _key_view(account: Account, key_id: str) -> ApiKeyView:
    """What may be done with a key that this account has."""
    key = next(each for each in account.api_keys if each.id == key_id)
    return ApiKeyView(
        id=key.id,
        sha256=key.sha256,
        scopes=frozenset(key.scopes),
        expires_at=key.expires_at,
        owner=_view(account),
    )
