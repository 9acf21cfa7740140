"""Cases and tasks as programs see them."""

from datetime import datetime

from pydantic import BaseModel

from services.routing.cases.domain import Case, CaseStatus, Origin, Task, TaskStatus
from shared.events.cases import Category, Urgency
from shared.pending import Versioned


class TaskView(BaseModel):
    """A task of one agency."""

    task_id: str
    agency: str
    status: TaskStatus
    assigned_at: datetime
    acknowledge_by: datetime
    update_by: datetime
    resolve_by: datetime
    acknowledged_at: datetime | None
    ended_at: datetime | None
    asked: bool

    @classmethod
    def of(cls, task: Task) -> "TaskView":
        return cls(
            task_id=task.id,
            agency=task.agency,
            status=task.status,
            assigned_at=task.assigned_at,
            acknowledge_by=task.acknowledge_by,
            update_by=task.update_by,
            resolve_by=task.resolve_by,
            acknowledged_at=task.acknowledged_at,
            ended_at=task.ended_at,
            asked=task.asked,
        )


class ReasonView(BaseModel):
    rule: str
    words: str
    effect: str


class EntryView(BaseModel):
    """One line of the timeline: when, what, who, through which door, caused by what."""

    at: datetime
    what: str
    who: str
    through: str
    cause: str
    agency: str | None
    text: str


class CaseView(BaseModel):
    """A case with its tasks, the trail of why and the whole timeline."""

    case_id: str
    version: int
    origin: Origin
    report_id: str | None
    flag_id: str | None
    kind: str
    words: str
    ward: str | None
    category: Category
    urgency: Urgency
    symptoms: tuple[str, ...]
    negated_symptoms: tuple[str, ...]
    from_epidemic_area: bool | None
    contradiction: bool
    trail: tuple[ReasonView, ...]
    rules_version: str
    status: CaseStatus
    tasks: tuple[TaskView, ...]
    timeline: tuple[EntryView, ...]
    stars: int | None
    opened_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, stored: Versioned[Case]) -> "CaseView":
        case = stored.state
        return cls(
            case_id=case.id,
            version=stored.version,
            origin=case.origin,
            report_id=case.report_id,
            flag_id=case.flag_id,
            kind=case.kind,
            words=case.words,
            ward=case.ward,
            category=case.category,
            urgency=case.urgency,
            symptoms=case.symptoms,
            negated_symptoms=case.negated_symptoms,
            from_epidemic_area=case.from_epidemic_area,
            contradiction=case.contradiction,
            trail=tuple(ReasonView(rule=r.rule, words=r.words, effect=r.effect) for r in case.trail),
            rules_version=case.rules_version,
            status=case.status,
            tasks=tuple(TaskView.of(task) for task in case.tasks),
            timeline=tuple(
                EntryView(
                    at=e.at, what=e.what, who=e.who, through=e.through, cause=e.cause, agency=e.agency, text=e.text
                )
                for e in case.timeline
            ),
            stars=case.stars,
            opened_at=case.opened_at,
            closed_at=case.closed_at,
        )
