"""Every service's own projection of `routing.accounts.v1`: who may do what now, and which sessions have ended.

A document: `{_id: account id, sequence, active, roles, agency, post, sessions_ended_before, ended_sessions,
api_keys: [{id, sha256, scopes, expires_at}]}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from shared.mongo import Collection

COLLECTION = "accounts_view"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """What a service knows of an account; an inactive or unknown account may do nothing."""

    account: str
    active: bool
    roles: frozenset[str]
    agency: str | None = None
    post: str | None = None
    sessions_ended_before: datetime | None = None
    ended_sessions: frozenset[str] = frozenset()

    def has_ended(self, session: str, issued_at: datetime) -> bool:
        """Whether a session of this account that began at `issued_at` may no longer be used."""
        before = self.sessions_ended_before
        return not self.active or session in self.ended_sessions or (before is not None and issued_at <= before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """An API key with the account it speaks for; `expires_at` in UTC, None for never."""

    id: str
    sha256: str
    scopes: frozenset[str]
    expires_at: datetime | None
    owner: AccountView


class AccountsView(Protocol):
    """What the verifier asks of the projection."""

    async def account(self, account_id: str) -> AccountView | None: ...

    async def api_key(self, key_id: str) -> ApiKeyView | None: ...


class MongoAccountsView:
    """The projection in the service's own database (collection `accounts_view`)."""

    def __init__(self, collection: Collection) -> None:
        self._accounts = collection

    async def prepare(self) -> None:
        """Creates the index that finds an account by its API keys."""
        await self._accounts.create_index("api_keys.id")

    async def account(self, account_id: str) -> AccountView | None:
        document = await self._accounts.find_one({"_id": account_id})
        return _account(document) if document else None

    async def api_key(self, key_id: str) -> ApiKeyView | None:
        document = await self._accounts.find_one({"api_keys.id": key_id})
        if document is None:
            return None
        key = next(each for each in document["api_keys"] if each["id"] == key_id)
        return ApiKeyView(
            id=key_id,
            sha256=key["sha256"],
            scopes=frozenset(key["scopes"]),
            expires_at=key["expires_at"],
            owner=_account(document),
        )


def account_changed_write(data: Mapping[str, Any], sequence: int) -> UpdateOne:
    """The write that brings the view up to an account's state, for bulk writes that are not ordered.

    It does nothing where the view is as new already; a duplicate key error (code 11000) means just that, too.

    Args:
        data: what the event `routing.accounts.changed` carries, times as UTC datetimes.
        sequence: the event's sequence.
    """
    known = {"_id": data["account_id"], "sequence": {"$lt": sequence}}
    return UpdateOne(known, {"$set": {**_document(data), "sequence": sequence}}, upsert=True)


async def apply_account_changed(collection: Collection, data: Mapping[str, Any], sequence: int) -> None:
    """Brings the view up to an account's state unless it is as new already; any order, any number of times."""
    known = {"_id": data["account_id"], "sequence": {"$lt": sequence}}
    try:
        await collection.update_one(known, {"$set": {**_document(data), "sequence": sequence}}, upsert=True)
    except DuplicateKeyError:
        return  # the view holds this sequence or a later one


def _document(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "active": data["active"],
        "roles": list(data["roles"]),
        "agency": data.get("agency"),
        "post": data.get("post"),
        "sessions_ended_before": data.get("sessions_ended_before"),
        "ended_sessions": list(data.get("ended_sessions", ())),
        "api_keys": [_key_document(key) for key in data.get("api_keys", ())],
    }


def _key_document(key: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": key["id"],
        "sha256": key["sha256"],
        "scopes": list(key.get("scopes", ())),
        "expires_at": key.get("expires_at"),
    }


def _account(document: Mapping[str, Any]) -> AccountView:
    return AccountView(
        account=document["_id"],
        active=document["active"],
        roles=frozenset(document["roles"]),
        agency=document["agency"],
        post=document["post"],
        sessions_ended_before=document["sessions_ended_before"],
        ended_sessions=frozenset(document["ended_sessions"]),
    )
