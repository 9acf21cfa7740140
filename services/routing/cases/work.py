"""What an agency does with its task: acknowledge, decline, progress, ask, reply, resolve (F29). Pure.

The same decisions serve the page, the HTTP API and the agency's Kafka topic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.routing.cases.domain import (
    REPORTER,
    UNKNOWN_TASK,
    Actor,
    Case,
    CaseStatus,
    ClockTable,
    Entry,
    Task,
    TaskStatus,
    new_task,
    require_open_task,
)
from services.routing.cases.opening import task_id_of
from services.routing.cases.telling import say_assigned, say_changed
from shared.errors import Conflict, NotFound, Stale, Text
from shared.events import Event
from shared.events.cases import (
    CaseAcknowledged,
    CaseAsked,
    CaseDeclined,
    CaseProgressed,
    CaseReplied,
    CaseResolved,
    TaskStep,
)
from shared.pending import Change


class Step(StrEnum):
    """What an agency can do."""

    ACKNOWLEDGE = "acknowledge"
    DECLINE = "decline"
    PROGRESS = "progress"
    ASK = "ask"
    REPLY = "reply"
    RESOLVE = "resolve"


MOST_LINES = 200
"""Lines of one agency in one case. A document holds 16 MB: without an end, one agency's looping program could make a
case that nobody can touch any more, the other agencies neither (2,741 long lines did: measured)."""

_TALK = (Step.PROGRESS, Step.ASK, Step.REPLY)
"""What can be done over and over; the other steps come to an end by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One step of an agency.

    Attributes:
        text: what is said with it, masked.
        cause: the command or event behind it.
        seen: how much of the task's story the officer had before their eyes (`story_length`); None asks nobody.
    """

    step: Step
    task_id: str
    actor: Actor
    text: str = ""
    cause: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the decisions need of the profile: clocks, and who is next when an agency declines."""

    clocks: ClockTable
    next_agency: Mapping[str, str]


def decide_work(case: Case, work: Work, rules: Rules, now: datetime) -> Change[Case]:
    """Carry out one step of an agency.

    Raises:
        NotFound: the task is none of this agency's; the same answer as for an unknown id.
        Conflict: the task is over, or acknowledged already, or the agency has said all that fits into one case.
        Stale: a colleague or the reporter said something that the officer had not seen.
    """
    task = case.task(work.task_id)
    if work.actor.agency is not None and work.actor.agency != task.agency:
        raise NotFound("unknown-task", UNKNOWN_TASK)
    require_open_task(task)
    if work.seen is not None and story_length(case, task.agency) > work.seen:
        raise Stale("others-were-faster", _FASTER)
    if work.step in _TALK and sum(entry.agency == task.agency for entry in case.timeline) >= MOST_LINES:
        raise Conflict("case-full", _FULL)
    change = _DECISIONS[work.step](case, task, work, rules, now)
    return Change(change.state.with_entry(_entry(task, work, now)), change.events)


def story_length(case: Case, agency: str) -> int:
    """How many lines of the timeline concern an agency: its own and the reporter's. It only grows."""
    return sum(concerns(entry, agency) for entry in case.timeline)


def concerns(entry: Entry, agency: str) -> bool:
    return entry.agency == agency or entry.who == REPORTER


def _acknowledge(case: Case, task: Task, work: Work, _: Rules, now: datetime) -> Change[Case]:
    if task.status is TaskStatus.ACKNOWLEDGED:
        raise Conflict("task-already-acknowledged", _TAKEN)
    taken = replace(task, status=TaskStatus.ACKNOWLEDGED, acknowledged_at=now)
    event = CaseAcknowledged(**_step_fields(case, task, work, now))
    return Change(case.with_task(taken), (event, say_changed(case, taken, "acknowledged", now)))


def _decline(case: Case, task: Task, work: Work, rules: Rules, now: datetime) -> Change[Case]:
    """The next agency gets it at once; when nobody is left, the information desk, which never declines away."""
    declined = replace(task, status=TaskStatus.DECLINED, ended_at=now, updated_at=now)
    after = case.with_task(declined)
    said: tuple[Event, ...] = (
        CaseDeclined(**_step_fields(case, task, work, now)),
        say_changed(after, declined, "declined", now),
    )
    agency = _next_agency(after, task, rules)
    if agency is None:
        return Change(after, said)
    fresh = new_task(_new_task_id(after, agency), agency, case.urgency, rules.clocks, now)
    handed = replace(after, tasks=(*after.tasks, fresh))
    return Change(handed, (*said, *say_assigned(handed, fresh)))


def _progress(case: Case, task: Task, work: Work, _: Rules, now: datetime) -> Change[Case]:
    return _told(case, task, CaseProgressed(**_step_fields(case, task, work, now)), now)


def _ask(case: Case, task: Task, work: Work, _: Rules, now: datetime) -> Change[Case]:
    return _told(case, replace(task, asked=True), CaseAsked(**_step_fields(case, task, work, now)), now)


def _reply(case: Case, task: Task, work: Work, _: Rules, now: datetime) -> Change[Case]:
    return _told(case, task, CaseReplied(**_step_fields(case, task, work, now)), now)


def _resolve(case: Case, task: Task, work: Work, _: Rules, now: datetime) -> Change[Case]:
    done = replace(_taken(task, now), status=TaskStatus.RESOLVED, ended_at=now, asked=False)
    after = case.with_task(done)
    closed = not after.open_tasks()
    if closed:
        after = replace(after, status=CaseStatus.CLOSED, closed_at=now)
    event = CaseResolved(**_step_fields(case, task, work, now), closed=closed)
    return Change(after, (event, say_changed(after, done, "resolved", now)))


_DECISIONS: Mapping[Step, Callable[[Case, Task, Work, Rules, datetime], Change[Case]]] = {
    Step.ACKNOWLEDGE: _acknowledge,
    Step.DECLINE: _decline,
    Step.PROGRESS: _progress,
    Step.ASK: _ask,
    Step.REPLY: _reply,
    Step.RESOLVE: _resolve,
}


def _told(case: Case, task: Task, event: TaskStep, now: datetime) -> Change[Case]:
    return Change(case.with_task(_taken(task, now)), (event,))


def _taken(task: Task, now: datetime) -> Task:
    """Whoever works on a task has acknowledged it, too."""
    first = task.acknowledged_at or now
    return replace(task, status=TaskStatus.ACKNOWLEDGED, acknowledged_at=first, updated_at=now)


def _next_agency(case: Case, task: Task, rules: Rules) -> str | None:
    """Follow the profile from the declining agency to the first one that has not declined; never nobody at all."""
    declined = {each.agency for each in case.tasks if each.status is TaskStatus.DECLINED}
    busy = {each.agency for each in case.open_tasks()}
    agency = rules.next_agency.get(task.agency)
    seen: set[str] = set()
    while agency is not None and agency in declined and agency not in seen:
        seen.add(agency)
        agency = rules.next_agency.get(agency)
    if agency is None or agency in declined:
        agency = "information-desk"
    return None if agency in busy else agency


def _new_task_id(case: Case, agency: str) -> str:
    number = 1 + sum(task.agency == agency for task in case.tasks)
    return task_id_of(case.id, agency, number)


def _step_fields(case: Case, task: Task, work: Work, now: datetime) -> dict[str, object]:
    return {
        "case_id": case.id,
        "report_id": case.report_id,
        "at": now,
        "task_id": task.id,
        "agency": task.agency,
        "text": work.text,
        "through": work.actor.through,
    }


def _entry(task: Task, work: Work, now: datetime) -> Entry:
    return Entry(
        at=now,
        what=work.step,
        who=work.actor.account,
        through=work.actor.through,
        cause=work.cause,
        agency=task.agency,
        text=work.text,
    )


_TAKEN = Text(
    vi="Đã có người của cơ quan xác nhận nhiệm vụ này trước bạn.",
    en="Somebody of your agency has acknowledged this task before you.",
)
_FULL = Text(
    vi="Cơ quan đã ghi quá nhiều vào vụ việc này. Hãy kết thúc hoặc từ chối nhiệm vụ; "
    "việc còn lại xin gọi điều phối.",
    en="Your agency has written too much into this case. Resolve or decline the task; "
    "call the dispatcher for the rest.",
)
_FASTER = Text(
    vi="Trong lúc bạn viết, vụ việc đã có điều mới. Chưa ghi gì của bạn: hãy đọc rồi gửi lại nếu vẫn cần.",
    en="Something new was said while you were writing. Nothing of yours was recorded: read it, then send again "
    "if it is still needed.",
)
