"""From an agency's command to a step, and how a refusal is said."""

import pytest

from services.routing.agencies.domain import Refused, cause_without_people, refused_as_invalid, refused_for, work_of
from services.routing.cases.domain import Through
from services.routing.cases.work import Step
from shared.errors import Conflict, Text
from shared.events import Cause, pend
from shared.events.agencies import (
    AcknowledgeTask,
    AskReporter,
    DeclineTask,
    ProgressTask,
    ReplyToReporter,
    ResolveTask,
    TaskUpdate,
    TaskUpdateRefused,
)
from shared.pending import Change
from tests.unit.services.routing.builders import NOON


def said(change: Change[Refused]) -> TaskUpdateRefused:
    (event,) = change.events
    assert isinstance(event, TaskUpdateRefused)
    return event


@pytest.mark.parametrize(
    ("update", "step"),
    [
        (AcknowledgeTask, Step.ACKNOWLEDGE),
        (DeclineTask, Step.DECLINE),
        (ProgressTask, Step.PROGRESS),
        (AskReporter, Step.ASK),
        (ReplyToReporter, Step.REPLY),
        (ResolveTask, Step.RESOLVE),
    ],
)
def test_each_command_is_one_step(update: type[TaskUpdate], step: Step) -> None:
    event = update.model_validate(update.contract.example)
    work = work_of(event, "cdc", "update-1")
    assert (work.step, work.task_id, work.cause) == (step, event.task_id, "update-1")
    assert work.actor.through is Through.KAFKA


def test_the_agency_is_the_topics_whatever_the_payload_says() -> None:
    claimed = ProgressTask(agency="police", task_id="t-1", text="Xong")
    assert work_of(claimed, "cdc", "update-1").actor.agency == "cdc"


def test_an_agencys_text_is_masked() -> None:
    work = work_of(ReplyToReporter(agency="cdc", task_id="t-1", text="Gọi 0905 123 456"), "cdc", "update-1")
    assert "0905" not in work.text


def test_a_refusal_is_told_in_both_languages_and_kept() -> None:
    change = refused_for(Conflict("task-already-resolved", Text("Hết.", "Over.")), "cdc", "t-1", "u-1", NOON)
    event = said(change)
    assert (event.agency, event.task_id, event.update_id, event.reason) == (
        "cdc",
        "t-1",
        "u-1",
        "task-already-resolved",
    )
    assert (change.state.detail_vi, change.state.detail_en) == (event.detail_vi, event.detail_en) == ("Hết.", "Over.")


def test_a_long_reason_fits_into_its_contract() -> None:
    assert len(said(refused_as_invalid("x" * 300, "cdc", "t-1", "u-1", NOON)).reason) == 80


def test_two_refusals_about_one_task_are_two_events() -> None:
    refusal = Conflict("task-already-resolved", Text("Hết.", "Over."))
    refused = [said(refused_for(refusal, "cdc", "t-1", update_id, NOON)) for update_id in ("u-1", "u-2")]
    ids = {pend(each, source="/x", sequence=1, at=NOON, cause=Cause.of_command("c")).id for each in refused}
    assert len(ids) == 2


@pytest.mark.parametrize("told", ["0905.123.456", "cccd 046090123456", "ai-do@vidu.vn"])
def test_an_id_that_names_somebody_is_told_to_nobody_else(told: str) -> None:
    cause = cause_without_people(Cause(id=told, correlation=told))
    assert told not in {cause.id, cause.correlation}
    assert cause == cause_without_people(Cause(id=told, correlation=told))
    refused = said(refused_for(Conflict("x", Text("Hết.", "Over.")), "cdc", told, told, NOON))
    unread = said(refused_as_invalid("json", "cdc", told, told, NOON))
    assert told not in {refused.task_id, refused.update_id, unread.task_id, unread.update_id}


@pytest.mark.parametrize("told", ["0f0e5d1c-1111-4c4c-8d8d-9e9e9e9e9e9e", "update-17", "agencies.cdc.updates.v1/0/7"])
def test_any_other_id_stays_as_the_agency_knows_it(told: str) -> None:
    assert cause_without_people(Cause(id=told, correlation=told)).id == told
