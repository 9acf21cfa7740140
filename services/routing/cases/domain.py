"""What a case, a task and a clock are. Pure; the decisions stand in `opening`, `work` and `reporter`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, NotFound, Text
from shared.events.cases import Category, Deadlines, Urgency


class Origin(StrEnum):
    """What opened a case."""

    REPORT = "report"
    FLAG = "flag"


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class TaskStatus(StrEnum):
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        return self in (TaskStatus.ASSIGNED, TaskStatus.ACKNOWLEDGED)


class Through(StrEnum):
    """The door an agency came in by."""

    PAGE = "page"
    API = "api"
    KAFKA = "kafka"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something. `account` is an account's id, or the agency's own software on its topic."""

    account: str
    through: Through
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Minutes from assignment until an agency must acknowledge, report and be done."""

    acknowledge: int
    update: int
    resolve: int


ClockTable = Mapping[str, Mapping[Urgency, Clocks]]
"""The clocks of each agency by urgency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One agency's part in a case.

    Attributes:
        acknowledge_by: the three deadlines (UTC), fixed when the task is assigned.
        updated_at: when the agency last said how it goes; None while it has only acknowledged.
        asked: the agency waits for an answer of the reporter.
    """

    id: str
    agency: str
    status: TaskStatus = TaskStatus.ASSIGNED
    assigned_at: datetime
    acknowledge_by: datetime
    update_by: datetime
    resolve_by: datetime
    acknowledged_at: datetime | None = None
    updated_at: datetime | None = None
    ended_at: datetime | None = None
    asked: bool = False

    def deadlines(self) -> Deadlines:
        return Deadlines(acknowledge_by=self.acknowledge_by, update_by=self.update_by, resolve_by=self.resolve_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a case's timeline: what happened, when, by whom, through what, caused by what."""

    at: datetime
    what: str
    who: str
    through: str
    cause: str
    agency: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of the trail of why."""

    rule: str
    words: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as routing keeps it.

    Attributes:
        words: the reporter's words, masked; empty for a flag. They go to no agency's topic.
        person: references to whom it is about (`(by, ref)`), for matching; agencies get `case_person`.
        case_person: the reference that holds for this case only.
        round: grows with each reopening; makes the ids of new tasks new.
    """

    id: str
    origin: Origin
    report_id: str | None = None
    flag_id: str | None = None
    kind: str
    words: str = ""
    ward: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    person: tuple[tuple[str, str], ...] = ()
    case_person: str | None = None
    category: Category
    urgency: Urgency
    symptoms: tuple[str, ...] = ()
    negated_symptoms: tuple[str, ...] = ()
    from_epidemic_area: bool | None = None
    contradiction: bool = False
    trail: tuple[Reason, ...] = ()
    rules_version: str
    status: CaseStatus = CaseStatus.OPEN
    tasks: tuple[Task, ...] = ()
    timeline: tuple[Entry, ...] = field(default=())
    stars: int | None = None
    round: int = 1
    synthetic: bool = False
    test: bool = False
    received_at: datetime
    opened_at: datetime
    closed_at: datetime | None = None

    def task(self, task_id: str) -> Task:
        """The task with this id.

        Raises:
            NotFound: this case has no such task.
        """
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise NotFound("unknown-task", UNKNOWN_TASK)

    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.status.is_open)

    def with_task(self, task: Task) -> "Case":
        """This case with one task replaced by its newer state."""
        return replace(self, tasks=tuple(task if each.id == task.id else each for each in self.tasks))

    def with_entry(self, entry: Entry) -> "Case":
        return replace(self, timeline=(*self.timeline, entry))


UNKNOWN_TASK = Text(
    vi="Không có nhiệm vụ nào mang mã này trong cơ quan của bạn.", en="Your agency has no task with this id."
)


def new_task(task_id: str, agency: str, urgency: Urgency, clocks: ClockTable, now: datetime) -> Task:
    """A task with its deadlines. An agency without clocks of its own for this urgency gets a day."""
    table = clocks.get(agency, {}).get(urgency) or Clocks(acknowledge=60, update=720, resolve=1_440)
    return Task(
        id=task_id,
        agency=agency,
        assigned_at=now,
        acknowledge_by=now + timedelta(minutes=table.acknowledge),
        update_by=now + timedelta(minutes=table.update),
        resolve_by=now + timedelta(minutes=table.resolve),
    )


def require_open_task(task: Task) -> None:
    """Refuse to touch a task that is over.

    Raises:
        Conflict: it was declined, resolved or withdrawn.
    """
    if not task.status.is_open:
        raise Conflict(f"task-already-{task.status}", _OVER[task.status])


_OVER = {
    TaskStatus.DECLINED: Text(vi="Nhiệm vụ này đã bị từ chối.", en="This task was declined."),
    TaskStatus.RESOLVED: Text(vi="Nhiệm vụ này đã kết thúc.", en="This task is already resolved."),
    TaskStatus.WITHDRAWN: Text(vi="Nhiệm vụ này đã được rút lại.", en="This task was withdrawn."),
}

REPORTER = "reporter"
"""Who a timeline names for what the reporter did."""

KIND_OF_FLAG = "checkpoint_flag"
