"""The clock that runs on a task."""

from typing import Any

import pytest

from services.routing.cases.clocks import Due, RunningClock, running_clock
from services.routing.cases.domain import Task, TaskStatus
from shared.events.cases import Urgency
from tests.unit.services.routing.builders import NOON, a_task, after, hue, rules

ACKNOWLEDGED: dict[str, Any] = {"status": TaskStatus.ACKNOWLEDGED, "acknowledged_at": NOON}


@pytest.mark.parametrize(
    ("task", "due"),
    [
        (a_task(), Due.ACKNOWLEDGE),
        (a_task(**ACKNOWLEDGED), Due.UPDATE),
        (a_task(**ACKNOWLEDGED, updated_at=NOON), Due.RESOLVE),
    ],
)
def test_what_is_due_next(task: Task, due: Due) -> None:
    clock = running_clock(task)
    assert clock is not None
    assert clock.due is due


@pytest.mark.parametrize("status", [TaskStatus.DECLINED, TaskStatus.RESOLVED, TaskStatus.WITHDRAWN])
def test_no_clock_runs_on_a_task_that_is_over(status: TaskStatus) -> None:
    assert running_clock(a_task(status=status)) is None


@pytest.mark.parametrize(
    ("minutes", "tone"), [(0, ""), (7.9, ""), (8, "warning"), (10, "warning"), (10.1, "danger"), (900, "danger")]
)
def test_a_clock_warns_at_four_fifths_and_is_red_when_over(minutes: float, tone: str) -> None:
    clock = RunningClock(due=Due.ACKNOWLEDGE, since=NOON, by=after(minutes=10))
    assert clock.tone(after(minutes=minutes)) == tone


def test_every_agency_of_the_province_has_clocks_for_every_urgency_in_order() -> None:
    for agency in hue().agencies:
        for urgency in Urgency:
            clocks = rules().clocks[agency.id][urgency]
            assert 0 < clocks.acknowledge <= clocks.update <= clocks.resolve


def test_an_agency_without_clocks_gets_a_day() -> None:
    task = a_task("somebody-new")
    assert task.resolve_by == after(days=1)
