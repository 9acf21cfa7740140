from hypothesis import given
from hypothesis import strategies as st

from services.intake.reports.domain import Message, ReportStatus
from services.intake.reports.progress import Picture, Stage, Step, What, picture_of, step_of
from shared.events.cases import CaseAssigned, CaseEvent, CaseResolved, CaseTriaged
from shared.events.contract import REGISTRY
from tests.unit.services.intake.builders import a_report, a_step, minutes


def stage(*steps: Step, **report: object) -> Stage:
    return picture_of(a_report(**report), steps).stage


def test_a_report_that_nobody_has_touched_is_received() -> None:
    assert stage() is Stage.RECEIVED
    assert stage(a_step(What.OPENED), a_step(What.TRIAGED, 2)) is Stage.RECEIVED


def test_the_stage_follows_the_last_step_that_says_one() -> None:
    assigned, taken = a_step(What.ASSIGNED, 1), a_step(What.ACKNOWLEDGED, 2)
    assert stage(assigned) is Stage.WITH_AGENCY
    assert stage(assigned, taken) is Stage.IN_PROGRESS
    assert stage(assigned, taken, a_step(What.ASKED, 3)) is Stage.ASKED
    assert stage(assigned, taken, a_step(What.RESOLVED, 4, closed=True)) is Stage.CLOSED
    assert (
        stage(assigned, taken, a_step(What.RESOLVED, 4, closed=True), a_step(What.REOPENED, 5)) is Stage.WITH_AGENCY
    )


def test_one_of_two_agencies_being_done_does_not_close_it() -> None:
    assert stage(a_step(What.ACKNOWLEDGED, 1), a_step(What.RESOLVED, 2, closed=False)) is Stage.IN_PROGRESS


def test_a_withdrawn_report_is_withdrawn_whatever_routing_still_says() -> None:
    assert stage(a_step(What.ACKNOWLEDGED), status=ReportStatus.WITHDRAWN) is Stage.WITHDRAWN


def test_a_question_is_open_until_the_reporter_writes() -> None:
    asked = a_step(What.ASKED, 5, text="Bác có bệnh nền không?")
    answered = (Message(text="Dạ có", at=minutes(6)),)
    assert [step.text for step in picture_of(a_report(), [asked]).questions] == ["Bác có bệnh nền không?"]
    assert picture_of(a_report(messages=answered), [asked]).questions == ()
    assert stage(asked, messages=answered) is Stage.IN_PROGRESS
    assert stage(asked, a_step(What.ASKED, 7), messages=answered) is Stage.ASKED


def test_each_agency_is_named_once_in_the_order_of_its_task() -> None:
    steps = [a_step(What.ASSIGNED, 1, agency=agency) for agency in ("hospital", "cdc", "hospital")]
    assert picture_of(a_report(), steps).agencies == ("hospital", "cdc")


def test_the_last_agency_to_be_done_sets_the_time() -> None:
    steps = [a_step(What.ASSIGNED, 1, by=minutes(60)), a_step(What.ASSIGNED, 2, agency="hospital", by=minutes(30))]
    assert picture_of(a_report(), steps).done_by == minutes(60)


def test_the_promise_is_kept_once_an_agency_has_written() -> None:
    assert not picture_of(a_report(), [a_step(What.ACKNOWLEDGED)]).is_answered
    assert picture_of(a_report(), [a_step(What.REPLIED)]).is_answered


def examples() -> list[CaseEvent]:
    models = [contract.model for contract in REGISTRY.values() if issubclass(contract.model, CaseEvent)]
    events = [model.model_validate(model.contract.example) for model in models]
    return [event for event in events if isinstance(event, CaseEvent)]


def test_every_event_of_a_case_that_a_reporter_hears_of_is_a_step() -> None:
    told = [event for event in examples() if type(event).__name__ not in {"CaseEscalated", "CaseMerged"}]
    steps = [step_of(event, place) for place, event in enumerate(told)]
    assert {step.what for step in steps} == set(What)


def test_a_step_keeps_what_the_page_needs() -> None:
    by_type = {type(event): step_of(event, 7) for event in examples()}
    assert by_type[CaseTriaged].urgency == "emergency"
    assert by_type[CaseAssigned].by is not None
    assert by_type[CaseResolved].closed
    assert by_type[CaseResolved].text == "Đã lấy mẫu, kết quả âm tính."
    assert by_type[CaseResolved].sequence == 7


STEPS = st.lists(
    st.builds(
        a_step,
        st.sampled_from(What),
        st.integers(min_value=0, max_value=100_000),
        agency=st.sampled_from(["cdc", "hospital", None]),
        closed=st.booleans(),
        urgency=st.sampled_from([None, "emergency", "low"]),
    ),
    max_size=12,
)


@given(STEPS, st.sampled_from(ReportStatus))
def test_any_steps_in_any_order_make_a_picture(steps: list[Step], status: ReportStatus) -> None:
    picture = picture_of(a_report(status=status), steps)
    assert isinstance(picture, Picture)
    assert picture.stage in set(Stage)
    assert set(picture.questions) <= set(steps)
    assert (picture.stage is Stage.WITHDRAWN) == (status is ReportStatus.WITHDRAWN)
