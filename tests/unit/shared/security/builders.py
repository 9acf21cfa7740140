"""People, settings and views for the tests of sign-in."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.security.accounts_view import AccountView, ApiKeyView
from shared.security.people import Person
from shared.security.tokens import new_token_keys
from shared.settings import Settings

PRIVATE_JWK, PUBLIC_JWK = new_token_keys()


def a_person(
    account: str = "cdc-officer",
    *,
    name: str = "Trần Thị Bình",
    roles: tuple[str, ...] = ("officer",),
    agency: str | None = "cdc",
    session: str = "session-1",
) -> Person:
    return Person(account=account, name=name, roles=frozenset(roles), agency=agency, session=session)


def an_account(
    account: str = "cdc-officer",
    *,
    active: bool = True,
    roles: tuple[str, ...] = ("officer",),
    agency: str | None = "cdc",
    sessions_ended_before: datetime | None = None,
    ended_sessions: tuple[str, ...] = (),
) -> AccountView:
    return AccountView(
        account=account,
        active=active,
        roles=frozenset(roles),
        agency=agency,
        sessions_ended_before=sessions_ended_before,
        ended_sessions=frozenset(ended_sessions),
    )


@dataclass
class AccountsInMemory:
    """The projection as a test wants it."""

    accounts: Mapping[str, AccountView] = field(default_factory=lambda: {"cdc-officer": an_account()})
    api_keys: Mapping[str, ApiKeyView] = field(default_factory=dict)

    async def account(self, account_id: str) -> AccountView | None:
        return self.accounts.get(account_id)

    async def api_key(self, key_id: str) -> ApiKeyView | None:
        return self.api_keys.get(key_id)


def some_settings(environment: str = "embedded") -> Settings:
    secret = base64.b64encode(bytes(range(32))).decode()
    return Settings.model_validate(
        {
            "environment": environment,
            "reference_key": secret,
            "code_key": secret,
            "dead_letter_key": secret,
            "master_key": base64.b64encode(bytes(96)).decode(),
            "token_public_key": PUBLIC_JWK,
            "intake_url": "http://localhost:8001",
            "routing_url": "http://localhost:8002",
            "checkpoints_url": "http://localhost:8003",
            "notifications_url": "http://localhost:8004",
        }
    )
