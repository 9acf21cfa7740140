"""What an agency does with its task: each step in each state, and what can never happen."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.cases.domain import Actor, Case, CaseStatus, Entry, TaskStatus, Through
from services.routing.cases.work import MOST_LINES, Step, Work, decide_work, story_length
from shared.errors import Conflict, NotFound, Refusal, Stale
from shared.events import Event
from shared.events.agencies import TaskAssigned, TaskChanged
from shared.events.cases import (
    CaseAcknowledged,
    CaseAsked,
    CaseAssigned,
    CaseDeclined,
    CaseProgressed,
    CaseReplied,
    CaseResolved,
    Urgency,
)
from shared.pending import Change
from tests.unit.services.routing.builders import AGENCIES, CASE, NOON, a_case, a_step, a_task, after, rules

ENDED = (TaskStatus.DECLINED, TaskStatus.RESOLVED, TaskStatus.WITHDRAWN)


def done(case: Case, work: Work, minutes: float = 1) -> Change[Case]:
    return decide_work(case, work, rules(), after(minutes=minutes))


def in_state(status: TaskStatus) -> Case:
    return a_case(tasks=(a_task(status=status),))


@pytest.mark.parametrize(
    ("step", "says", "becomes"),
    [
        (Step.ACKNOWLEDGE, [CaseAcknowledged, TaskChanged], TaskStatus.ACKNOWLEDGED),
        (Step.PROGRESS, [CaseProgressed], TaskStatus.ACKNOWLEDGED),
        (Step.ASK, [CaseAsked], TaskStatus.ACKNOWLEDGED),
        (Step.REPLY, [CaseReplied], TaskStatus.ACKNOWLEDGED),
        (Step.RESOLVE, [CaseResolved, TaskChanged], TaskStatus.RESOLVED),
        (Step.DECLINE, [CaseDeclined, TaskChanged, CaseAssigned, TaskAssigned], TaskStatus.DECLINED),
    ],
)
def test_each_step_says_what_happened_and_moves_the_task(
    step: Step, says: list[type[Event]], becomes: TaskStatus
) -> None:
    change = done(a_case("cdc"), a_step(step))
    assert [type(event) for event in change.events] == says
    assert change.state.tasks[0].status is becomes


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", ENDED)
def test_a_task_that_is_over_is_touched_no_more(status: TaskStatus, step: Step) -> None:
    with pytest.raises(Conflict) as refusal:
        done(in_state(status), a_step(step))
    assert refusal.value.slug == f"task-already-{status}"


def test_the_second_acknowledgement_is_told_that_somebody_was_faster() -> None:
    with pytest.raises(Conflict) as refusal:
        done(in_state(TaskStatus.ACKNOWLEDGED), a_step(Step.ACKNOWLEDGE))
    assert refusal.value.slug == "task-already-acknowledged"


@pytest.mark.parametrize("step", [Step.PROGRESS, Step.ASK, Step.REPLY, Step.RESOLVE])
def test_whoever_works_on_a_task_has_acknowledged_it(step: Step) -> None:
    task = done(a_case("cdc"), a_step(step), minutes=7).state.tasks[0]
    assert (task.acknowledged_at, task.updated_at) == (after(minutes=7), after(minutes=7))


def test_acknowledging_says_nothing_yet_about_how_it_goes() -> None:
    assert done(a_case("cdc"), a_step(Step.ACKNOWLEDGE)).state.tasks[0].updated_at is None


def test_another_agencys_task_is_an_unknown_one() -> None:
    stranger = Actor(account="police-1", through=Through.KAFKA, agency="police")
    with pytest.raises(NotFound) as foreign:
        done(a_case("cdc"), a_step(actor=stranger))
    with pytest.raises(NotFound) as unknown:
        done(a_case("cdc"), a_step(task_id="nothing"))
    assert (foreign.value.slug, foreign.value.text) == (unknown.value.slug, unknown.value.text)


def test_a_dispatcher_may_act_for_any_agency() -> None:
    dispatcher = Actor(account="dieu-phoi", through=Through.PAGE)
    change = done(a_case("police"), a_step(agency="police", actor=dispatcher))
    assert change.state.timeline[-1].who == "dieu-phoi"
    assert change.state.timeline[-1].agency == "police"


def test_a_decline_goes_to_the_next_agency_at_once_with_clocks_of_its_own() -> None:
    change = done(a_case("cdc"), a_step(Step.DECLINE), minutes=4)
    fresh = change.state.tasks[-1]
    assert (fresh.agency, fresh.status, fresh.assigned_at) == ("hospital", TaskStatus.ASSIGNED, after(minutes=4))
    assert fresh.acknowledge_by == after(minutes=4 + rules().clocks["hospital"][Urgency.HIGH].acknowledge)
    assert change.state.status is CaseStatus.OPEN


def test_a_decline_is_no_new_task_for_an_agency_that_has_one() -> None:
    change = done(a_case("cdc", "hospital"), a_step(Step.DECLINE))
    assert [task.agency for task in change.state.open_tasks()] == ["hospital"]


def test_the_reason_to_decline_is_on_the_timeline() -> None:
    entry = done(a_case("cdc"), a_step(Step.DECLINE, text="Ngoài địa bàn.")).state.timeline[-1]
    assert (entry.what, entry.text, entry.cause) == (Step.DECLINE, "Ngoài địa bàn.", "command-1")


def test_the_last_task_resolved_closes_the_case() -> None:
    half = done(a_case("cdc", "police"), a_step(Step.RESOLVE))
    assert half.state.status is CaseStatus.OPEN
    whole = done(half.state, a_step(Step.RESOLVE, "police"), minutes=9)
    assert (whole.state.status, whole.state.closed_at) == (CaseStatus.CLOSED, after(minutes=9))
    assert [event.closed for event in whole.events if isinstance(event, CaseResolved)] == [True]


def test_who_has_not_seen_a_colleagues_answer_is_told_and_nothing_is_recorded() -> None:
    case = a_case("cdc")
    seen = story_length(case, "cdc")
    answered = done(case, a_step(Step.REPLY, seen=seen)).state
    with pytest.raises(Stale) as refusal:
        done(answered, a_step(Step.REPLY, seen=seen))
    assert refusal.value.slug == "others-were-faster"
    assert done(answered, a_step(Step.REPLY, seen=story_length(answered, "cdc")))


def test_one_agency_cannot_fill_a_case_until_nobody_can_touch_it() -> None:
    case = a_case("cdc", "hospital")
    for _ in range(MOST_LINES):
        case = done(case, a_step(Step.PROGRESS)).state
    for talk in (Step.PROGRESS, Step.ASK, Step.REPLY):
        with pytest.raises(Conflict) as refusal:
            done(case, a_step(talk))
        assert refusal.value.slug == "case-full"
    assert done(case, a_step(Step.REPLY, "hospital")).events
    assert done(case, a_step(Step.RESOLVE)).events


def test_what_another_agency_does_is_nothing_one_must_have_seen() -> None:
    case = a_case("cdc", "police")
    seen = story_length(case, "cdc")
    assert done(done(case, a_step(Step.PROGRESS, "police")).state, a_step(Step.REPLY, seen=seen))


def test_what_the_reporter_adds_must_have_been_seen() -> None:
    case = a_case("cdc")
    added = case.with_entry(
        Entry(at=NOON, what="answered_by_reporter", who="reporter", through="kafka", cause="e-1", text="Đỡ rồi")
    )
    with pytest.raises(Stale):
        done(added, a_step(Step.REPLY, seen=story_length(case, "cdc")))


STEPS = st.lists(
    st.tuples(st.sampled_from(list(Step)), st.sampled_from(AGENCIES), st.integers(1, 3), st.booleans()), max_size=25
)


@settings(max_examples=40)
@given(agencies=st.sets(st.sampled_from(AGENCIES), min_size=1), steps=STEPS)
def test_whatever_comes_a_case_stays_sound(agencies: set[str], steps: list[tuple[Step, str, int, bool]]) -> None:
    case = a_case(*sorted(agencies))
    for minute, (step, agency, number, is_own) in enumerate(steps, start=1):
        actor = Actor(account="x", through=Through.API, agency=agency if is_own else "nobody")
        try:
            change = decide_work(case, a_step(step, agency, number, actor=actor), rules(), after(minutes=minute))
        except Refusal:
            continue
        assert is_own
        _is_sound(case, change)
        case = change.state


def _is_sound(before: Case, change: Change[Case]) -> None:
    case = change.state
    assert len({task.id for task in case.tasks}) == len(case.tasks)
    open_agencies = [task.agency for task in case.open_tasks()]
    assert len(open_agencies) == len(set(open_agencies))
    assert case.timeline[:-1] == before.timeline
    assert len(case.timeline) == len(before.timeline) + 1
    assert change.events
    # Somebody always has it, until it is done: a decline by the last one finds another agency.
    assert case.open_tasks() or case.status is CaseStatus.CLOSED
    assigned = [event.task_id for event in change.events if isinstance(event, TaskAssigned)]
    assert assigned == [task.id for task in case.tasks if task.id not in {each.id for each in before.tasks}]


@settings(max_examples=40)
@given(steps=STEPS)
def test_a_repeated_decision_says_the_same(steps: list[tuple[Step, str, int, bool]]) -> None:
    case = a_case("cdc", "police")
    for step, agency, number, _ in steps:
        outcomes = []
        for _again in range(2):
            try:
                outcomes.append(decide_work(case, a_step(step, agency, number), rules(), NOON))
            except Refusal as refusal:
                outcomes.append(refusal.slug)  # type: ignore[arg-type] # either is an outcome
        assert outcomes[0] == outcomes[1]


def test_when_every_agency_declines_the_information_desk_still_has_it() -> None:
    case = a_case("police")
    declined = []
    for minute in range(1, 8):
        task = case.open_tasks()[0]
        work = replace(a_step(Step.DECLINE, task.agency), task_id=task.id)
        declined.append(task.agency)
        case = decide_work(case, work, rules(), after(minutes=minute)).state
        assert case.open_tasks()
    assert declined[-1] == "information-desk"
    assert case.id == CASE
