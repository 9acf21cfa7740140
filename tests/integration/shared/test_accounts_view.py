import itertools
from datetime import UTC, datetime

import pytest
from pymongo.errors import BulkWriteError

from shared.mongo import Database
from shared.security.accounts_view import (
    COLLECTION,
    MongoAccountsView,
    account_changed_write,
    apply_account_changed,
)
from tests.unit.shared.security.builders import an_account

pytestmark = pytest.mark.kafka

ENDED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def changed(**fields: object) -> dict[str, object]:
    """What `routing.accounts.changed` carries."""
    return {"account_id": "cdc-officer", "active": True, "roles": ("officer",), "agency": "cdc", **fields}


async def test_the_view_knows_an_account_as_it_was_told(database: Database) -> None:
    view = MongoAccountsView(database[COLLECTION])
    await apply_account_changed(
        database[COLLECTION], changed(sessions_ended_before=ENDED, ended_sessions=("session-1",)), 1
    )
    assert await view.account("cdc-officer") == an_account(sessions_ended_before=ENDED, ended_sessions=("session-1",))
    assert await view.account("somebody") is None


async def test_a_key_is_found_with_its_owner_until_it_is_gone(database: Database) -> None:
    view = MongoAccountsView(database[COLLECTION])
    await view.prepare()
    key = {"id": "k1", "sha256": "0" * 64, "scopes": ("identity:read",), "expires_at": ENDED}
    await apply_account_changed(database[COLLECTION], changed(api_keys=(key,)), 1)
    found = await view.api_key("k1")
    assert found is not None
    assert (found.sha256, found.scopes, found.expires_at) == ("0" * 64, frozenset({"identity:read"}), ENDED)
    assert found.owner == an_account()
    await apply_account_changed(database[COLLECTION], changed(), 2)
    assert await view.api_key("k1") is None


async def test_the_newest_state_wins_in_any_order_and_however_often_it_comes(database: Database) -> None:
    view = MongoAccountsView(database[COLLECTION])
    states = {n: changed(account_id="a", roles=(f"role-{n}",)) for n in (1, 2, 3)}
    for order in itertools.permutations((1, 2, 3, 3)):
        await database[COLLECTION].delete_many({})
        for sequence in order:
            await apply_account_changed(database[COLLECTION], states[sequence], sequence)
        account = await view.account("a")
        assert account is not None
        assert account.roles == {"role-3"}


async def test_in_bulk_an_older_state_is_a_duplicate_key_and_nothing_else(database: Database) -> None:
    await apply_account_changed(database[COLLECTION], changed(active=False), 5)
    writes = [account_changed_write(changed(), 4), account_changed_write(changed(account_id="other"), 1)]
    with pytest.raises(BulkWriteError) as raised:
        await database[COLLECTION].bulk_write(writes, ordered=False)
    assert [error["code"] for error in raised.value.details["writeErrors"]] == [11000]
    view = MongoAccountsView(database[COLLECTION])
    assert await view.account("cdc-officer") == an_account(active=False)
    assert await view.account("other") == an_account("other")
