from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkpoints.permits.domain import (
    LONGEST,
    PURPOSE_TEXTS,
    Purpose,
    Standing,
    decide_issue,
    decide_revocation,
)
from shared.errors import Conflict, Unprocessable
from shared.events.checkpoints import PermitIssued, PermitRevoked
from tests.unit.services.checkpoints.builders import NOON, a_permit

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("when", "standing"),
    [
        (NOON - timedelta(days=1) - MILLISECOND, Standing.NOT_YET),
        (NOON - timedelta(days=1), Standing.VALID),
        (NOON + timedelta(days=1) - MILLISECOND, Standing.VALID),
        (NOON + timedelta(days=1), Standing.EXPIRED),
    ],
)
def test_a_permit_stands_from_its_beginning_up_to_its_end(when: datetime, standing: Standing) -> None:
    assert a_permit().standing_at(when) is standing


def test_an_issued_permit_tells_its_time_and_purpose_and_no_vehicle() -> None:
    (event,) = decide_issue("permit-1", a_permit()).events
    assert isinstance(event, PermitIssued)
    assert set(event.model_dump()) == {"permit_id", "purpose", "status", "valid_from", "valid_until", "at"}


def test_a_permit_for_a_time_that_is_over_may_be_recorded() -> None:
    over = a_permit(valid_from=NOON - timedelta(days=9), valid_until=NOON - timedelta(days=8))
    assert decide_issue("permit-1", over).state.standing_at(NOON) is Standing.EXPIRED


@pytest.mark.parametrize("lasts", [timedelta(), -MILLISECOND, LONGEST + MILLISECOND])
def test_a_permit_ends_after_it_begins_and_within_a_year(lasts: timedelta) -> None:
    with pytest.raises(Unprocessable):
        decide_issue("permit-1", a_permit(valid_from=NOON, valid_until=NOON + lasts))


def test_a_revoked_permit_counts_no_longer_from_that_moment_on() -> None:
    change = decide_revocation("permit-1", a_permit(), "Khai sai.", "chi-huy-chot", NOON)
    assert change.state.standing_at(NOON) is Standing.REVOKED
    assert change.state.standing_at(NOON - MILLISECOND) is Standing.VALID
    (event,) = change.events
    assert isinstance(event, PermitRevoked)
    assert event.reason == "Khai sai."


@pytest.mark.parametrize("permit", [a_permit(revoked_at=NOON), a_permit(valid_until=NOON)])
def test_what_is_over_is_not_revoked_again(permit: object) -> None:
    with pytest.raises(Conflict, match="permit-over"):
        decide_revocation("permit-1", permit, "Khai sai.", "chi-huy-chot", NOON)  # type: ignore[arg-type]  # a permit


@given(st.datetimes(timezones=st.just(NOON.tzinfo)), st.booleans())
def test_at_every_moment_a_permit_has_one_standing(when: datetime, revoked: bool) -> None:
    permit = a_permit(revoked_at=NOON if revoked else None)
    is_valid = permit.valid_from <= when < permit.valid_until and not (revoked and when >= NOON)
    assert (permit.standing_at(when) is Standing.VALID) == is_valid


def test_every_purpose_has_words() -> None:
    assert set(PURPOSE_TEXTS) == set(Purpose)
