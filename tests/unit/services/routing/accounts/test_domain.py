"""What an account is and how it changes."""

from typing import Any

import pytest

from services.routing.accounts.domain import (
    Account,
    ApiKey,
    decide_activation,
    decide_key_removal,
    decide_making,
    decide_new_key,
    decide_new_password,
    decide_sign_out,
)
from shared.errors import Conflict, Unprocessable
from shared.events.accounts import AccountChanged
from shared.pending import Change
from shared.security.people import Role
from tests.unit.services.routing.builders import NOON, an_account

KEY = ApiKey(id="k1", sha256="0" * 64, label="Phần mềm CDC", scopes=("tasks",), expires_at=None, made_at=NOON)


def told(change: Change[Account]) -> AccountChanged:
    (event,) = change.events
    assert isinstance(event, AccountChanged)
    return event


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"roles": (Role.OFFICER,), "agency": None}, "agency"),
        ({"roles": (Role.ENGINEER,), "agency": None}, "agency"),
        ({"roles": (Role.FIELD_OFFICER,), "agency": None}, "post"),
    ],
)
def test_a_role_that_needs_a_place_is_refused_without_one(fields: dict[str, Any], missing: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        decide_making(an_account(**fields))
    assert [problem.field for problem in refusal.value.fields] == [missing]


def test_what_is_told_has_neither_name_nor_password() -> None:
    event = told(decide_making(an_account(api_keys=(KEY,))))
    said = event.model_dump_json()
    assert "Hoa" not in said
    assert "argon2" not in said
    assert "Phần mềm" not in said
    assert event.api_keys[0].sha256 == KEY.sha256


def test_closing_an_account_ends_its_sessions_and_opening_it_begins_none() -> None:
    closed = decide_activation(an_account(), NOON, active=False)
    assert (closed.state.active, told(closed).sessions_ended_before) == (False, NOON)
    opened = decide_activation(closed.state, NOON, active=True)
    assert told(opened).active


def test_signing_out_ends_one_session_and_remembers_the_last_200() -> None:
    account = an_account()
    for number in range(250):
        account = decide_sign_out(account, f"session-{number}").state
    assert len(account.ended_sessions) == 200
    assert account.ended_sessions[-1] == "session-249"


def test_a_new_password_ends_every_session() -> None:
    assert told(decide_new_password(an_account(), "$argon2id$new", NOON)).sessions_ended_before == NOON


def test_a_key_comes_and_goes_and_going_twice_says_nothing() -> None:
    with_key = decide_new_key(an_account(), KEY).state
    without = decide_key_removal(with_key, "k1")
    assert told(without).api_keys == ()
    assert decide_key_removal(without.state, "k1").events == ()


def test_a_closed_account_gets_no_key() -> None:
    with pytest.raises(Conflict):
        decide_new_key(an_account(active=False), KEY)
