from typing import Any

import pytest

from services.checkpoints.posts.duty import belongs_to, post_of, require_agency
from shared.errors import Forbidden, Unprocessable
from shared.security import Person, Role


def a_person(*roles: Role, **given: Any) -> Person:
    fields = {"agency": None, "post": None} | given
    return Person(account="a", name="A", roles=frozenset(roles), session="s", **fields)


FIELD = a_person(Role.FIELD_OFFICER, post="hai-van")
COMMANDER = a_person(Role.OFFICER, agency="checkpoint")


@pytest.mark.parametrize(
    ("person", "belongs"),
    [
        (a_person(Role.OFFICER, agency="police"), True),
        (a_person(Role.OFFICER, agency="education"), False),
        (a_person(Role.ENGINEER, agency="police"), False),
        (a_person(Role.ENGINEER, agency="police", via="api_key"), True),
        (a_person(Role.OFFICER, agency="education", via="api_key"), False),
        (a_person(Role.COMMITTEE), True),
    ],
)
def test_an_agency_s_work_is_done_by_its_officers_and_the_committee(person: Person, *, belongs: bool) -> None:
    assert belongs_to(person, "police", "cdc") is belongs
    if not belongs:
        with pytest.raises(Forbidden):
            require_agency(person, "police", "cdc")


@pytest.mark.parametrize(
    ("person", "named", "post"),
    [(FIELD, None, "hai-van"), (FIELD, "hai-van", "hai-van"), (COMMANDER, "la-son", "la-son")],
)
def test_a_field_officer_records_at_one_post_and_the_command_at_any(
    person: Person, named: str | None, post: str
) -> None:
    assert post_of(person, named) == post


def test_another_post_is_another_officer_s() -> None:
    with pytest.raises(Forbidden):
        post_of(FIELD, "la-son")
    with pytest.raises(Forbidden):
        post_of(a_person(Role.OFFICER, agency="cdc"), "la-son")


def test_the_command_must_say_which_post() -> None:
    with pytest.raises(Unprocessable):
        post_of(COMMANDER, None)
