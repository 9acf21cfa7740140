"""What a case comes to when its reporter answers, withdraws, asks to reopen, or rates. Pure."""

from dataclasses import replace
from datetime import datetime

from services.routing.cases.domain import REPORTER, Case, CaseStatus, ClockTable, Entry, Task, TaskStatus, new_task
from services.routing.cases.opening import task_id_of
from services.routing.cases.telling import say_assigned, say_changed, say_withdrawn
from shared.events import Event
from shared.events.cases import CaseRated, CaseReopened, CaseWithdrawn
from shared.events.reports import (
    ReportAnsweredByReporter,
    ReportRated,
    ReportReopenRequested,
    ReportWithdrawn,
)
from shared.pending import Change


def decide_answer(case: Case, answer: ReportAnsweredByReporter, cause: str, now: datetime) -> Change[Case]:
    """New information reaches whoever works on the case; a closed case still takes it (F33)."""
    return _more_is_known(case, answer.text, cause, now)


def _more_is_known(case: Case, text: str, cause: str, now: datetime) -> Change[Case]:
    tasks = case.open_tasks() or case.tasks
    answered = replace(case, tasks=tuple(replace(task, asked=False) for task in case.tasks))
    events = tuple(say_changed(answered, task, "answered_by_reporter", now) for task in tasks)
    return Change(answered.with_entry(_entry("answered_by_reporter", text, cause, now)), events)


def decide_withdrawal(case: Case, _: ReportWithdrawn, cause: str, now: datetime) -> Change[Case]:
    """Open tasks are withdrawn; a case that is over stays as it is."""
    if case.status is not CaseStatus.OPEN:
        return Change(case)
    gone = tuple(_withdrawn(task, now) if task.status.is_open else task for task in case.tasks)
    after = replace(case, status=CaseStatus.WITHDRAWN, tasks=gone, closed_at=now)
    told = tuple(say_withdrawn(after, task, "withdrawn-by-reporter", now) for task in case.open_tasks())
    said: tuple[Event, ...] = (CaseWithdrawn(case_id=case.id, report_id=case.report_id, at=now), *told)
    return Change(after.with_entry(_entry("withdrawn", "", cause, now)), said)


def decide_reopening(
    case: Case, request: ReportReopenRequested, clocks: ClockTable, cause: str, now: datetime
) -> Change[Case]:
    """Every agency that had a part gets a new task with new clocks; an open case just takes the words."""
    if case.status is CaseStatus.OPEN:
        return _more_is_known(case, request.text, cause, now)
    agencies = [task.agency for task in case.tasks if task.status is not TaskStatus.DECLINED]
    fresh = tuple(_task_again(case, agency, clocks, now) for agency in dict.fromkeys(agencies))
    after = replace(case, status=CaseStatus.OPEN, tasks=(*case.tasks, *fresh), round=case.round + 1, closed_at=None)
    said: list[Event] = [CaseReopened(case_id=case.id, report_id=case.report_id, at=now)]
    for task in fresh:
        said.extend(say_assigned(after, task))
    return Change(after.with_entry(_entry("reopened", request.text, cause, now)), tuple(said))


def decide_rating(case: Case, rating: ReportRated, cause: str, now: datetime) -> Change[Case]:
    """The last rating counts, and is the only one in the timeline: somebody may change it as often as they like."""
    others = tuple(each for each in case.timeline if each.what != "rated")
    rated = replace(case, stars=rating.stars, timeline=others).with_entry(
        _entry("rated", str(rating.stars), cause, now)
    )
    return Change(rated, (CaseRated(case_id=case.id, report_id=case.report_id, at=now, stars=rating.stars),))


def _task_again(case: Case, agency: str, clocks: ClockTable, now: datetime) -> Task:
    number = 1 + sum(task.agency == agency for task in case.tasks)
    return new_task(task_id_of(case.id, agency, number), agency, case.urgency, clocks, now)


def _withdrawn(task: Task, now: datetime) -> Task:
    return replace(task, status=TaskStatus.WITHDRAWN, ended_at=now, updated_at=now)


def _entry(what: str, text: str, cause: str, now: datetime) -> Entry:
    return Entry(at=now, what=what, who=REPORTER, through="kafka", cause=cause, text=text)
