"""What a reporter is shown of the way of a report: steps from routing, folded into one picture. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.intake.reports.domain import Report, ReportStatus
from shared.events.cases import (
    CaseAcknowledged,
    CaseAsked,
    CaseAssigned,
    CaseDeclined,
    CaseEvent,
    CaseOpened,
    CaseProgressed,
    CaseRated,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseTriaged,
    CaseWithdrawn,
    TaskStep,
)


class What(StrEnum):
    """What happened, as the reporter is told."""

    OPENED = "opened"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    ASKED = "asked"
    PROGRESSED = "progressed"
    REPLIED = "replied"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    RATED = "rated"


_WHAT: Mapping[type[CaseEvent], What] = {
    CaseOpened: What.OPENED,
    CaseTriaged: What.TRIAGED,
    CaseAssigned: What.ASSIGNED,
    CaseAcknowledged: What.ACKNOWLEDGED,
    CaseDeclined: What.DECLINED,
    CaseAsked: What.ASKED,
    CaseProgressed: What.PROGRESSED,
    CaseReplied: What.REPLIED,
    CaseResolved: What.RESOLVED,
    CaseReopened: What.REOPENED,
    CaseWithdrawn: What.WITHDRAWN,
    CaseRated: What.RATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing routing or an agency did.

    Attributes:
        sequence: the case's.
        text: what was written for the reporter.
        by: when an agency that got a task has to be done with it.
    """

    sequence: int
    what: What
    at: datetime
    agency: str | None = None
    text: str = ""
    urgency: str | None = None
    closed: bool = False
    by: datetime | None = None


class Stage(StrEnum):
    """Where a report stands, in one word."""

    RECEIVED = "received"
    WITH_AGENCY = "with_agency"
    IN_PROGRESS = "in_progress"
    ASKED = "asked"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the tracking page shows.

    Attributes:
        stage: where it stands.
        urgency: how urgent triage thinks it is; None before it has said so.
        agencies: who has a task, in the order in which they got it.
        questions: what agencies asked since the reporter last wrote.
        is_answered: an agency has written to the reporter, so that the first promise is kept.
        done_by: when the last agency has to be done.
    """

    stage: Stage
    urgency: str | None
    agencies: tuple[str, ...]
    steps: tuple[Step, ...]
    questions: tuple[Step, ...] = ()
    is_answered: bool = False
    done_by: datetime | None = None


def step_of(event: CaseEvent, sequence: int) -> Step:
    """A case's event as a step of its report."""
    return Step(
        sequence=sequence,
        what=_WHAT[type(event)],
        at=event.at,
        agency=getattr(event, "agency", None),
        text=event.text if isinstance(event, TaskStep) else "",
        urgency=event.urgency if isinstance(event, CaseTriaged) else None,
        closed=isinstance(event, CaseResolved) and event.closed,
        by=event.deadlines.resolve_by if isinstance(event, CaseAssigned) else None,
    )


def picture_of(report: Report, steps: Sequence[Step]) -> Picture:
    """Fold the steps; `steps` in order."""
    urgencies = [step.urgency for step in steps if step.urgency]
    agencies = dict.fromkeys(step.agency for step in steps if step.agency and step.what is What.ASSIGNED)
    questions = _open_questions(report, steps)
    return Picture(
        stage=_stage(report, steps, is_asked=bool(questions)),
        urgency=urgencies[-1] if urgencies else None,
        agencies=tuple(agencies),
        steps=tuple(steps),
        questions=questions,
        is_answered=any(step.what in _WRITTEN for step in steps),
        done_by=max((step.by for step in steps if step.by), default=None),
    )


def _open_questions(report: Report, steps: Sequence[Step]) -> tuple[Step, ...]:
    heard = max((message.at for message in report.messages), default=report.received_at)
    return tuple(step for step in steps if step.what is What.ASKED and step.at > heard)


_WRITTEN = frozenset({What.ASKED, What.PROGRESSED, What.REPLIED, What.RESOLVED})


_STAGE: Mapping[What, Stage] = {
    What.ASSIGNED: Stage.WITH_AGENCY,
    What.REOPENED: Stage.WITH_AGENCY,
    What.ACKNOWLEDGED: Stage.IN_PROGRESS,
    What.PROGRESSED: Stage.IN_PROGRESS,
    What.REPLIED: Stage.IN_PROGRESS,
    What.ASKED: Stage.ASKED,
}


def _stage(report: Report, steps: Sequence[Step], *, is_asked: bool) -> Stage:
    if report.status is ReportStatus.WITHDRAWN:
        return Stage.WITHDRAWN
    stage = Stage.RECEIVED
    for step in steps:
        stage = Stage.CLOSED if step.closed else _STAGE.get(step.what, stage)
    return Stage.IN_PROGRESS if stage is Stage.ASKED and not is_asked else stage
