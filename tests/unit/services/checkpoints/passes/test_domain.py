from datetime import timedelta

import pytest

from services.checkpoints.passes.domain import Override, decide_override, decide_recording
from services.checkpoints.passes.judging import Reason
from shared.errors import Conflict
from shared.events.checkpoints import FlagKind, PassRecorded, Verdict
from tests.unit.services.checkpoints.builders import CAR, NOON, a_pass


def an_override(verdict: Verdict) -> Override:
    return Override(verdict=verdict, reason="Đã xem giấy tờ.", by="chi-huy-chot", at=NOON)


def test_a_recorded_pass_says_all_but_who_it_was() -> None:
    seen = a_pass(judged=Verdict.ISOLATE, reasons=(Reason.WATCHLIST,), flags=(FlagKind.WATCHLIST_HIT,))
    (event,) = decide_recording("pass-1", seen).events
    assert isinstance(event, PassRecorded)
    assert (event.subject, event.key) == ("pass-1", "hai-van")
    assert [each.ref for each in event.vehicles] == [CAR]
    assert (event.verdict, event.reasons, event.flags) == ("isolate", ("watchlist",), ("watchlist_hit",))
    assert event.overridden is False


def test_a_supervisor_decides_otherwise_and_the_rules_verdict_is_kept() -> None:
    change = decide_override("pass-1", a_pass(judged=Verdict.SCREEN), an_override(Verdict.ALLOW))
    (event,) = change.events
    assert (change.state.judged, change.state.verdict) == (Verdict.SCREEN, Verdict.ALLOW)
    assert isinstance(event, PassRecorded)
    assert (event.verdict, event.overridden) == ("allow", True)


def test_who_is_looked_for_by_a_number_is_not_let_through_by_an_override() -> None:
    seen = a_pass(judged=Verdict.ISOLATE, reasons=(Reason.WATCHLIST,))
    with pytest.raises(Conflict, match="watchlist-stands"):
        decide_override("pass-1", seen, an_override(Verdict.ALLOW))
    assert decide_override("pass-1", seen, an_override(Verdict.SCREEN)).state.verdict is Verdict.SCREEN


def test_who_only_shares_a_name_may_be_let_through() -> None:
    seen = a_pass(judged=Verdict.SCREEN, reasons=(Reason.WATCHLIST_NAME,))
    assert decide_override("pass-1", seen, an_override(Verdict.ALLOW)).state.verdict is Verdict.ALLOW


def test_the_same_verdict_again_is_no_override() -> None:
    with pytest.raises(Conflict, match="verdict-unchanged"):
        decide_override("pass-1", a_pass(), an_override(Verdict.ALLOW))


def test_a_pass_that_waited_on_a_device_shows_as_late() -> None:
    assert not a_pass(recorded_at=NOON + timedelta(minutes=5)).is_late
    assert a_pass(recorded_at=NOON + timedelta(minutes=5, milliseconds=1)).is_late
