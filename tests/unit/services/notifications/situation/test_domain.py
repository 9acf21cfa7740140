import random
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.situation.domain import EventFact, TaskStage, fact_of, picture_of
from services.notifications.situation.handlers import EVERYTHING
from shared.clock import now
from shared.events import REGISTRY, Event, Received
from tests.unit.services.notifications.builders import NOON, after

FREE_TEXT = {"text", "note", "name", "reason", "words"}


def received(event: Event, sequence: int = 1) -> Received[Event]:
    contract = event.contract
    return Received(
        event=event,
        id=f"{contract.name}#{sequence}",
        type=contract.name,
        source="/test",
        subject=event.subject,
        sequence=sequence,
        time=NOON,
        topic=contract.topic.name,
        partition=0,
        offset=sequence,
        correlation="c-1",
    )


def step(kind: str, sequence: int, **fields: Any) -> EventFact:
    given: dict[str, Any] = {
        "id": f"{kind}#{sequence}",
        "type": f"routing.cases.{kind}",
        "at": NOON,
        "case_id": "c-1",
    }
    return EventFact(**(given | {"sequence": sequence} | fields))


def assigned(sequence: int, task: str = "t-1", agency: str = "cdc") -> EventFact:
    clocks = {"acknowledge_by": after(minutes=10), "resolve_by": after(hours=4)}
    return step("assigned", sequence, task_id=task, dimensions={"agency": agency}, **clocks)


OPENED = step("opened", 1, dimensions={"synthetic": True})
TRIAGED = step("triaged", 2, dimensions={"urgency": "high"})
LIFE: Sequence[EventFact] = (
    OPENED,
    TRIAGED,
    assigned(3),
    assigned(4, "t-2", "hospital"),
    step("acknowledged", 5, task_id="t-1"),
    step("declined", 6, task_id="t-2"),
    assigned(7, "t-3", "police"),
    step("resolved", 8, task_id="t-1", dimensions={"closed": False}),
    step("resolved", 9, task_id="t-3", dimensions={"closed": True}),
    step("reopened", 10),
    assigned(11, "t-1"),
)


@settings(max_examples=1_000)
@given(st.integers(), st.lists(st.sampled_from(LIFE)))
def test_order_and_repeats_change_nothing(seed: int, repeats: list[EventFact]) -> None:
    facts = [*LIFE, *repeats]
    random.Random(seed).shuffle(facts)
    assert picture_of(facts) == picture_of(LIFE)


def test_a_case_is_new_taken_closed_and_open_again() -> None:
    fresh = picture_of(LIFE[:4])
    assert (fresh.is_open, fresh.is_taken, fresh.urgency, fresh.synthetic) == (True, False, "high", True)
    assert fresh.due == after(minutes=10)
    assert picture_of(LIFE[:5]).is_taken
    assert not picture_of(LIFE[:9]).is_open
    again = picture_of(LIFE)
    assert again.is_open
    assert [task.agency for task in again.tasks if task.stage is TaskStage.NEW] == ["cdc"]


def test_a_taken_task_is_due_when_it_must_be_resolved() -> None:
    assert picture_of([OPENED, assigned(3), step("acknowledged", 4, task_id="t-1")]).due == after(hours=4)


def test_a_withdrawn_case_waits_for_nobody() -> None:
    picture = picture_of([*LIFE[:4], step("withdrawn", 12)])
    assert (picture.is_open, picture.due) == (False, None)
    assert {task.stage for task in picture.tasks} == {TaskStage.ENDED}


def test_every_event_that_names_the_situation_is_kept_without_what_people_wrote() -> None:
    assert len(EVERYTHING) > 20
    for model in EVERYTHING:
        event = model.model_validate(REGISTRY[model.contract.name].example)
        fact = fact_of(received(event))
        assert not FREE_TEXT & set(fact.dimensions)
        assert fact.id == f"{model.contract.topic.name}/{model.contract.name}#1"


def test_a_case_without_a_report_or_a_flag_is_an_engineer_s_test() -> None:
    opened = REGISTRY["routing.cases.opened"]
    told = {"case_id": "c-1", "at": now(), "origin": "report", "kind": "question"}
    assert fact_of(received(opened.model.model_validate(told))).origin == "test"
    assert fact_of(received(opened.model.model_validate(told | {"report_id": "r-1"}))).origin == "report"
