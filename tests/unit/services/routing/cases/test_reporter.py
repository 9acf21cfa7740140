"""What a case comes to when its reporter adds, withdraws, reopens or rates."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.cases.domain import Case, CaseStatus, TaskStatus
from services.routing.cases.reporter import decide_answer, decide_rating, decide_reopening, decide_withdrawal
from services.routing.cases.work import Step, decide_work
from shared.events.agencies import TaskAssigned, TaskChanged, TaskWithdrawn
from shared.events.cases import CaseRated, CaseReopened, CaseWithdrawn
from shared.events.reports import (
    ReportAnsweredByReporter,
    ReportRated,
    ReportReopenRequested,
    ReportWithdrawn,
)
from shared.pending import Change
from tests.unit.services.routing.builders import NOON, REPORT, a_case, a_step, a_task, after, rules


def answered(case: Case, text: str = "Dạ đỡ rồi") -> Change[Case]:
    event = ReportAnsweredByReporter(report_id=REPORT, text=text, at=NOON)
    return decide_answer(case, event, "event-2", after(minutes=5))


def withdrawn(case: Case) -> Change[Case]:
    return decide_withdrawal(case, ReportWithdrawn(report_id=REPORT, at=NOON), "event-3", after(minutes=6))


def reopened(case: Case, at: datetime = NOON) -> Change[Case]:
    event = ReportReopenRequested(report_id=REPORT, text="Lại sốt cao", at=at)
    return decide_reopening(case, event, rules().clocks, "event-4", after(minutes=7))


def closed(*agencies: str) -> Case:
    case = a_case(*agencies)
    for agency in agencies:
        case = decide_work(case, a_step(Step.RESOLVE, agency), rules(), after(minutes=1)).state
    return case


def test_an_answer_reaches_every_agency_at_work_and_ends_the_waiting() -> None:
    case = a_case(tasks=(a_task("cdc", asked=True), a_task("police", status=TaskStatus.RESOLVED)))
    change = answered(case)
    assert not any(task.asked for task in change.state.tasks)
    assert [(e.agency, e.what) for e in change.events if isinstance(e, TaskChanged)] == [
        ("cdc", "answered_by_reporter")
    ]
    assert change.state.timeline[-1].text == "Dạ đỡ rồi"


def test_a_closed_case_still_takes_new_information() -> None:
    change = answered(closed("cdc", "police"))
    assert {event.agency for event in change.events if isinstance(event, TaskChanged)} == {"cdc", "police"}
    assert change.state.status is CaseStatus.CLOSED


def test_a_withdrawal_takes_back_what_is_open_and_nothing_else() -> None:
    case = a_case(tasks=(a_task("cdc"), a_task("police", status=TaskStatus.RESOLVED)))
    change = withdrawn(case)
    assert [task.status for task in change.state.tasks] == [TaskStatus.WITHDRAWN, TaskStatus.RESOLVED]
    assert [type(event) for event in change.events] == [CaseWithdrawn, TaskWithdrawn]
    assert change.state.closed_at == after(minutes=6)


def test_a_case_that_is_over_cannot_be_withdrawn() -> None:
    case = closed("cdc")
    assert withdrawn(case) == Change(case)


def test_a_reopened_case_gives_each_agency_a_new_task_with_new_clocks() -> None:
    case = closed("cdc", "police")
    change = reopened(case)
    fresh = change.state.open_tasks()
    assert [task.agency for task in fresh] == ["cdc", "police"]
    assert not {task.id for task in fresh} & {task.id for task in case.tasks}
    assert all(task.assigned_at == after(minutes=7) for task in fresh)
    assert isinstance(change.events[0], CaseReopened)
    assert sum(isinstance(event, TaskAssigned) for event in change.events) == 2
    assert (change.state.status, change.state.round, change.state.closed_at) == (CaseStatus.OPEN, 2, None)


def test_asking_to_reopen_an_open_case_adds_the_words() -> None:
    change = reopened(a_case("cdc"))
    assert change.state.round == 1
    assert change.state.timeline[-1].text == "Lại sốt cao"


def test_an_agency_that_declined_is_not_asked_again_on_reopening() -> None:
    case = a_case("police")
    case = decide_work(case, a_step(Step.DECLINE, "police"), rules(), NOON).state
    case = decide_work(case, a_step(Step.RESOLVE, "information-desk"), rules(), NOON).state
    assert [task.agency for task in reopened(case).state.open_tasks()] == ["information-desk"]


@pytest.mark.parametrize("stars", [1, 5])
def test_the_last_rating_counts(stars: int) -> None:
    first = decide_rating(a_case(), ReportRated(report_id=REPORT, stars=3, at=NOON), "event-4", NOON)
    rated = decide_rating(first.state, ReportRated(report_id=REPORT, stars=stars, at=NOON), "event-5", NOON)
    assert [each.text for each in rated.state.timeline if each.what == "rated"] == [str(stars)]
    assert rated.state.stars == stars
    assert [event.stars for event in rated.events if isinstance(event, CaseRated)] == [stars]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["answer", "withdraw", "reopen", "resolve"]), max_size=15))
def test_whatever_a_reporter_does_the_timeline_only_grows_and_task_ids_stay_apart(acts: list[str]) -> None:
    case = a_case("cdc", "police")
    for act in acts:
        before = case.timeline
        if act == "resolve":
            for task in case.open_tasks():
                work = a_step(Step.RESOLVE, task.agency, task_id=task.id)
                case = decide_work(case, work, rules(), NOON).state
        else:
            case = {"answer": answered, "withdraw": withdrawn, "reopen": reopened}[act](case).state
        assert case.timeline[: len(before)] == before
        assert len({task.id for task in case.tasks}) == len(case.tasks)
        assert bool(case.open_tasks()) == (case.status is CaseStatus.OPEN)
