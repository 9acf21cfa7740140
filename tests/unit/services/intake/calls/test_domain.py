import pytest

from services.intake.calls.domain import (
    Call,
    CallStatus,
    Ending,
    decide_answering,
    decide_draft,
    decide_ending,
    decide_missing,
    decide_report,
    require_free_for,
)
from shared.errors import Conflict
from shared.events.reports import CallAnswered, CallEnded, CallMissed, CallOutcome
from tests.unit.services.intake.builders import a_call, minutes


def answered(**fields: object) -> Call:
    return a_call(status=CallStatus.ANSWERED, operator="hoa", answered_at=minutes(1), **fields)


def an_ending(outcome: CallOutcome = CallOutcome.OTHER, *, operator: str = "hoa", note: str = "") -> Ending:
    return Ending(operator=operator, outcome=outcome, note=note)


def test_whoever_is_first_has_the_call() -> None:
    change = decide_answering("c-1", a_call(), "hoa", minutes(1))
    (said,) = change.events
    assert change.state.operator == "hoa"
    assert isinstance(said, CallAnswered)
    assert said.waited_seconds == 60


def test_the_second_is_told_who_was_first() -> None:
    with pytest.raises(Conflict) as refused:
        decide_answering("c-1", answered(), "lan", minutes(2))
    assert "hoa" in refused.value.text.vi
    assert "hoa" in refused.value.text.en


def test_pressing_answer_twice_changes_nothing() -> None:
    assert decide_answering("c-1", answered(), "hoa", minutes(2)).events == ()


@pytest.mark.parametrize("status", [CallStatus.MISSED, CallStatus.ENDED])
def test_a_call_that_is_over_cannot_be_answered(status: CallStatus) -> None:
    with pytest.raises(Conflict):
        decide_answering("c-1", a_call(status=status), "hoa", minutes(2))


def test_a_call_is_missed_once_and_only_unanswered() -> None:
    missed = decide_missing("c-1", a_call(), minutes(2))
    assert isinstance(missed.events[0], CallMissed)
    assert decide_missing("c-1", missed.state, minutes(3)).events == ()
    with pytest.raises(Conflict):
        decide_missing("c-1", answered(), minutes(3))


def test_a_draft_is_kept_beside_the_number() -> None:
    kept = decide_draft(answered(identity={"phone": b"p"}), "hoa", {"draft": b"d"}).state
    assert kept.identity == {"phone": b"p", "draft": b"d"}


def test_nobody_writes_into_another_ones_call() -> None:
    with pytest.raises(Conflict):
        decide_draft(answered(), "lan", {"draft": b"d"})
    with pytest.raises(Conflict):
        require_free_for(answered(), "lan")
    require_free_for(answered(), "hoa")


def test_a_draft_that_comes_late_does_not_change_an_ended_call() -> None:
    ended = a_call(status=CallStatus.ENDED, operator="hoa")
    assert decide_draft(ended, "hoa", {"draft": b"d"}).state is ended


def test_ending_a_call_names_the_report_it_became() -> None:
    written = decide_report(answered(), "r-1").state
    change = decide_ending("c-1", written, an_ending(CallOutcome.SCREENING, note="đã dặn"), minutes(5))
    (said,) = change.events
    assert isinstance(said, CallEnded)
    assert (said.report_id, said.note) == ("r-1", "đã dặn")
    with pytest.raises(Conflict):
        decide_ending("c-1", change.state, an_ending(), minutes(6))


def test_a_call_that_nobody_answered_cannot_be_recorded() -> None:
    with pytest.raises(Conflict):
        decide_ending("c-1", a_call(), an_ending(), minutes(6))


def test_a_call_is_recorded_by_whoever_is_on_it() -> None:
    with pytest.raises(Conflict) as refused:
        decide_ending("c-1", answered(), an_ending(operator="lan"), minutes(6))
    assert "hoa" in refused.value.text.vi
