"""How a case's changes are said: the events of `routing.cases.v1` and of the agencies' topics. Pure."""

from datetime import datetime

from services.routing.cases.domain import Case, Task
from shared.events import Event
from shared.events.agencies import TaskAssigned, TaskChanged, TaskWithdrawn
from shared.events.cases import CaseAssigned, CaseOpened, CaseTriaged
from shared.events.cases import Reason as ReasonOfEvent
from shared.events.reports import Place


def say_opened(case: Case) -> tuple[Event, ...]:
    """Opened, triaged, and one assignment per task, for everybody and for the agency."""
    return (_opened(case), _triaged(case), *(each for task in case.tasks for each in say_assigned(case, task)))


def say_assigned(case: Case, task: Task) -> tuple[Event, ...]:
    """A task was assigned: the case says so, and the agency's own topic carries the task."""
    assigned = CaseAssigned(
        case_id=case.id,
        report_id=case.report_id,
        at=task.assigned_at,
        task_id=task.id,
        agency=task.agency,
        deadlines=task.deadlines(),
    )
    return (assigned, task_for_agency(case, task))


def task_for_agency(case: Case, task: Task) -> TaskAssigned:
    """What an agency is told: what triage read, never the reporter's words."""
    return TaskAssigned(
        agency=task.agency,
        task_id=task.id,
        case_id=case.id,
        category=case.category,
        urgency=case.urgency,
        symptoms=case.symptoms,
        negated_symptoms=case.negated_symptoms,
        from_epidemic_area=case.from_epidemic_area,
        reasons=_reasons(case),
        place=Place(ward=case.ward, latitude=case.latitude, longitude=case.longitude),
        person=case.case_person,
        deadlines=task.deadlines(),
        identity_url=f"/api/v1/reports/{case.report_id}/identity" if case.report_id else None,
        test=case.test,
        synthetic=case.synthetic,
        assigned_at=task.assigned_at,
    )


def say_changed(case: Case, task: Task, what: str, now: datetime) -> TaskChanged:
    """Tell an agency that something about its task is new."""
    return TaskChanged(agency=task.agency, task_id=task.id, case_id=case.id, status=task.status, what=what, at=now)


def say_withdrawn(case: Case, task: Task, reason: str, now: datetime) -> TaskWithdrawn:
    """Tell an agency that its task no longer needs doing."""
    return TaskWithdrawn(agency=task.agency, task_id=task.id, case_id=case.id, reason=reason, at=now)


def _opened(case: Case) -> CaseOpened:
    return CaseOpened(
        case_id=case.id,
        report_id=case.report_id,
        at=case.opened_at,
        origin=case.origin,
        kind=case.kind,
        ward=case.ward,
        flag_id=case.flag_id,
        synthetic=case.synthetic,
    )


def _triaged(case: Case) -> CaseTriaged:
    return CaseTriaged(
        case_id=case.id,
        report_id=case.report_id,
        at=case.opened_at,
        category=case.category,
        urgency=case.urgency,
        agencies=tuple(task.agency for task in case.tasks),
        symptoms=case.symptoms,
        negated_symptoms=case.negated_symptoms,
        from_epidemic_area=case.from_epidemic_area,
        contradiction=case.contradiction,
        trail=_reasons(case),
        rules_version=case.rules_version,
    )


def _reasons(case: Case) -> tuple[ReasonOfEvent, ...]:
    return tuple(ReasonOfEvent(rule=r.rule, words=r.words, effect=r.effect) for r in case.trail)
