from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.errors import Unauthenticated
from shared.security.accounts_view import AccountView, ApiKeyView
from shared.security.api_keys import NewApiKey, new_api_key
from shared.security.sessions import Verifier
from shared.security.tokens import TokenIssuer, TokenReader
from tests.unit.shared.security.builders import PRIVATE_JWK, PUBLIC_JWK, AccountsInMemory, a_person, an_account

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TOKEN = TokenIssuer(PRIVATE_JWK).issue(a_person(), NOW)
KEY = new_api_key()


async def test_the_roles_that_count_are_those_the_account_has_now() -> None:
    verifier = a_verifier(an_account(roles=("dispatcher",), agency="police"))
    person = await verifier.by_cookie(TOKEN)
    assert (person.account, person.roles, person.agency) == ("cdc-officer", frozenset({"dispatcher"}), "police")


@pytest.mark.parametrize(
    "account",
    [
        None,
        an_account(active=False),
        an_account(ended_sessions=("session-1",)),
        an_account(sessions_ended_before=NOW),
    ],
)
async def test_a_session_that_has_ended_is_refused(account: AccountView | None) -> None:
    with pytest.raises(Unauthenticated, match="session-ended"):
        await a_verifier(account).by_cookie(TOKEN)


async def test_a_session_that_began_after_the_others_were_ended_goes_on() -> None:
    account = an_account(sessions_ended_before=NOW - timedelta(seconds=1), ended_sessions=("session-0",))
    assert await a_verifier(account).by_cookie(TOKEN) == a_person()


async def test_an_api_key_speaks_for_its_account_within_its_scopes() -> None:
    person = await a_verifier(an_account()).by_authorization(f"Bearer {KEY.text}")
    assert (person.account, person.agency, person.via, person.scopes) == (
        "cdc-officer",
        "cdc",
        "api_key",
        frozenset({"identity:read"}),
    )


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        KEY.text,
        f"Basic {KEY.text}",
        f"Bearer {KEY.text}x",
        f"Bearer hv_{KEY.id}_",
        "Bearer hv_x_y",
    ],
)
async def test_what_is_no_valid_key_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated, match="api-key-invalid"):
        await a_verifier(an_account()).by_authorization(header)


async def test_another_keys_secret_is_refused() -> None:
    with pytest.raises(Unauthenticated, match="api-key-invalid"):
        await a_verifier(an_account()).by_authorization(f"Bearer hv_{KEY.id}_{new_api_key().text.split('_', 2)[2]}")


async def test_a_key_ends_with_its_time_and_with_its_account() -> None:
    for verifier in (a_verifier(an_account(), expires_at=NOW), a_verifier(an_account(active=False))):
        with pytest.raises(Unauthenticated, match="api-key-invalid"):
            await verifier.by_authorization(f"Bearer {KEY.text}")


def a_verifier(account: AccountView | None, **key: Any) -> Verifier:
    accounts = {account.account: account} if account else {}
    keys = {KEY.id: a_key(KEY, account, **key)} if account else {}
    return Verifier(TokenReader(PUBLIC_JWK), AccountsInMemory(accounts, keys), lambda: NOW)


def a_key(key: NewApiKey, owner: AccountView, expires_at: datetime | None = None) -> ApiKeyView:
    scopes = frozenset({"identity:read"})
    return ApiKeyView(id=key.id, sha256=key.sha256, scopes=scopes, expires_at=expires_at, owner=owner)
