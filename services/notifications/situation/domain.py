"""What is kept of each event for the overview, and where a case stands by its events. Pure.

Everything counted is derived from facts that carry their event's id: a redelivery, a replay from the start and any
order of delivery leave every figure as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.events import Event, Received
from shared.events.cases import CaseAssigned, CaseOpened
from shared.events.reports import Place, ReportReceived

_DIMENSIONS = (
    "kind", "channel", "category", "urgency", "agency", "verdict", "post_id", "direction", "outcome", "severity",
    "status", "ward", "overridden", "closed", "synthetic",
)  # fmt: skip
"""The fields of events that figures are broken down by: words from our own lists, never what people wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """One event as the overview keeps it. `id` is its topic and id; `case_id` only where it belongs to a case."""

    id: str
    type: str
    at: datetime
    sequence: int
    case_id: str | None = None
    task_id: str | None = None
    origin: str | None = None
    dimensions: Mapping[str, str | bool] = field(default_factory=dict)
    acknowledge_by: datetime | None = None
    resolve_by: datetime | None = None


def fact_of(received: Received[Event]) -> EventFact:
    """What is kept of an event."""
    event = received.event
    deadlines = event.deadlines if isinstance(event, CaseAssigned) else None
    return EventFact(
        id=received.repeat_key,
        type=received.type,
        at=received.time,
        sequence=received.sequence or 0,
        case_id=getattr(event, "case_id", None),
        task_id=getattr(event, "task_id", None),
        origin=_origin(event) if isinstance(event, CaseOpened) else None,
        dimensions=_dimensions(event),
        acknowledge_by=deadlines.acknowledge_by if deadlines else None,
        resolve_by=deadlines.resolve_by if deadlines else None,
    )


def _dimensions(event: Event) -> dict[str, str | bool]:
    found: dict[str, str | bool] = {}
    for name in _DIMENSIONS:
        value = getattr(event, name, None)
        if value is not None:
            found[name] = value.value if isinstance(value, StrEnum) else value
    place = event.place if isinstance(event, ReportReceived) else Place()
    return found | ({"ward": place.ward} if place.ward else {})


def _origin(event: CaseOpened) -> str:
    """A case without report and flag is an engineer's test: nothing precedes it."""
    return event.origin if event.report_id or event.flag_id else "test"


class TaskStage(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPicture:
    """One agency's task; deadlines in UTC."""

    agency: str
    stage: TaskStage = TaskStage.NEW
    acknowledge_by: datetime
    resolve_by: datetime

    @property
    def due(self) -> datetime | None:
        """By when its agency must have done the next thing; None when it is over."""
        if self.stage is TaskStage.ENDED:
            return None
        return self.acknowledge_by if self.stage is TaskStage.NEW else self.resolve_by


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePicture:
    """Where a case stands. `events` is of how many facts the picture was made: more make a newer one."""

    events: int
    is_open: bool = False
    urgency: str | None = None
    synthetic: bool = False
    tasks: tuple[TaskPicture, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether an agency has said that it acts."""
        return any(task.stage is TaskStage.TAKEN for task in self.tasks)

    @property
    def due(self) -> datetime | None:
        """The next deadline of an open case."""
        dues = [task.due for task in self.tasks if task.due is not None]
        return min(dues, default=None) if self.is_open else None


_ENDS_TASK = frozenset({"routing.cases.declined", "routing.cases.resolved"})
_TAKES_TASK = frozenset(
    {"routing.cases.acknowledged", "routing.cases.asked", "routing.cases.progressed", "routing.cases.replied"}
)


def picture_of(facts: Iterable[EventFact]) -> CasePicture:
    """Fold a case's facts, given in any order and any number of times."""
    unique = {fact.id: fact for fact in facts}
    tasks: dict[str, TaskPicture] = {}
    picture = CasePicture(events=len(unique))
    for fact in sorted(unique.values(), key=lambda each: (each.sequence, each.id)):
        picture = _after(picture, fact)
        tasks = _tasks_after(tasks, fact)
    return replace(picture, tasks=tuple(tasks.values()))


def _after(picture: CasePicture, fact: EventFact) -> CasePicture:
    match fact.type:
        case "routing.cases.opened":
            return replace(picture, is_open=True, synthetic=fact.dimensions.get("synthetic") is True)
        case "routing.cases.triaged":
            return replace(picture, urgency=str(fact.dimensions["urgency"]))
        case "routing.cases.reopened":
            return replace(picture, is_open=True)
        case "routing.cases.withdrawn":
            return replace(picture, is_open=False)
        case "routing.cases.resolved" if fact.dimensions.get("closed") is True:
            return replace(picture, is_open=False)
        case _:
            return picture


def _tasks_after(tasks: Mapping[str, TaskPicture], fact: EventFact) -> dict[str, TaskPicture]:
    if fact.type == "routing.cases.withdrawn":
        return {key: replace(task, stage=TaskStage.ENDED) for key, task in tasks.items()}
    after = _task_after(tasks.get(fact.task_id or ""), fact)
    return {**tasks, fact.task_id: after} if fact.task_id and after else dict(tasks)


def _task_after(task: TaskPicture | None, fact: EventFact) -> TaskPicture | None:
    if fact.acknowledge_by is not None and fact.resolve_by is not None:
        agency = str(fact.dimensions["agency"])
        return TaskPicture(agency=agency, acknowledge_by=fact.acknowledge_by, resolve_by=fact.resolve_by)
    if task is not None and fact.type in _ENDS_TASK:
        return replace(task, stage=TaskStage.ENDED)
    if task is not None and fact.type in _TAKES_TASK and task.stage is TaskStage.NEW:
        return replace(task, stage=TaskStage.TAKEN)
    return task
