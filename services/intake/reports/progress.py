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
    """One thing routing or an agency did. `sequence` is the case's; `text` is what was written for the reporter."""

    sequence: int
    what: What
    at: datetime
    agency: str | None = None
    text: str = ""
    urgency: str | None = None
    closed: bool = False


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
    """What the tracking page shows: where it stands, how urgent routing thinks it is, every step."""

    stage: Stage
    urgency: str | None
    agencies: tuple[str, ...]
    steps: tuple[Step, ...]


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
    )


def picture_of(report: Report, steps: Sequence[Step]) -> Picture:
    """Fold the steps; `steps` in order."""
    urgencies = [step.urgency for step in steps if step.urgency]
    agencies = dict.fromkeys(step.agency for step in steps if step.agency and step.what is What.ASSIGNED)
    return Picture(
        stage=_stage(report, steps),
        urgency=urgencies[-1] if urgencies else None,
        agencies=tuple(agencies),
        steps=tuple(steps),
    )


_STAGE: Mapping[What, Stage] = {
    What.ASSIGNED: Stage.WITH_AGENCY,
    What.REOPENED: Stage.WITH_AGENCY,
    What.ACKNOWLEDGED: Stage.IN_PROGRESS,
    What.PROGRESSED: Stage.IN_PROGRESS,
    What.REPLIED: Stage.IN_PROGRESS,
    What.ASKED: Stage.ASKED,
}


def _stage(report: Report, steps: Sequence[Step]) -> Stage:
    if report.status is ReportStatus.WITHDRAWN:
        return Stage.WITHDRAWN
    stage = Stage.RECEIVED
    for step in steps:
        stage = Stage.CLOSED if step.closed else _STAGE.get(step.what, stage)
    return stage
