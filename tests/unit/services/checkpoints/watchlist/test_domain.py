from datetime import datetime, timedelta

import pytest

from services.checkpoints.watchlist.desk import reason_of
from services.checkpoints.watchlist.domain import (
    LONGEST,
    REASON_TEXTS,
    WatchReason,
    decide_listing,
    decide_removal,
)
from shared.errors import Conflict, Unprocessable
from shared.events.checkpoints import WatchlistChanged
from shared.profile import load_profile
from shared.settings import ROOT
from tests.unit.services.checkpoints.builders import NOON, an_entry


def test_a_listed_entry_tells_others_why_and_until_when_but_not_whom() -> None:
    (event,) = decide_listing("entry-1", an_entry(), NOON).events
    assert isinstance(event, WatchlistChanged)
    assert set(event.model_dump()) == {"entry_id", "active", "reason", "source", "expires_at", "at"}
    assert event.active


@pytest.mark.parametrize("expires_at", [NOON, NOON - timedelta(days=1), NOON + LONGEST + timedelta(seconds=1)])
def test_an_entry_expires_ahead_and_within_a_year(expires_at: datetime) -> None:
    with pytest.raises(Unprocessable):
        decide_listing("entry-1", an_entry(expires_at=expires_at), NOON)


def test_an_entry_ends_with_a_reason_and_only_once() -> None:
    change = decide_removal("entry-1", an_entry(), "Đã tìm thấy.", "cong-an", NOON)
    (event,) = change.events
    assert isinstance(event, WatchlistChanged)
    assert not event.active
    assert (change.state.ended_by, change.state.end_reason) == ("cong-an", "Đã tìm thấy.")
    with pytest.raises(Conflict, match="entry-ended"):
        decide_removal("entry-1", change.state, "Lại.", "cong-an", NOON)


@pytest.mark.parametrize(
    ("when", "counts"),
    [
        (NOON - timedelta(days=30), True),
        (NOON + timedelta(days=14) - timedelta(milliseconds=1), True),
        (NOON + timedelta(days=14), False),
    ],
)
def test_an_entry_counts_for_what_happened_until_it_expires_even_before_it_was_added(
    when: datetime, *, counts: bool
) -> None:
    assert an_entry().counts_at(when) is counts


def test_an_ended_entry_still_counts_for_what_happened_before() -> None:
    entry = an_entry(ended_at=NOON)
    assert entry.counts_at(NOON - timedelta(seconds=1))
    assert not entry.counts_at(NOON)


def test_every_reason_has_words_and_the_profile_s_are_known() -> None:
    assert set(REASON_TEXTS) == set(WatchReason)
    reasons = {reason_of(each.reason.en) for each in load_profile(ROOT / "profiles" / "hue").watchlist}
    assert {WatchReason.CONTACT_LOST, WatchReason.LEFT_QUARANTINE, WatchReason.FORGED_CERTIFICATE} <= reasons
