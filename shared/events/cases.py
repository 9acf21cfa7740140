"""What becomes of a report (`routing.cases.v1`): triage with its reasons, tasks, answers, the end.

Every event names the case and the report it came from (none where a checkpoint's flag opened it), so that the
tracking page needs nothing else. Texts are what triage read or an officer wrote, masked; never the citizen's words.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events.contract import Event, events_of
from shared.events.reports import EventPart, Id, MaskedWords
from shared.topics import ROUTING_CASES

Slug = Annotated[str, Field(max_length=80)]


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Category(StrEnum):
    """What the text says (the triage policy's nine)."""

    SUSPECTED_INFECTION = "suspected_infection"
    MEDICAL_SUPPORT = "medical_support"
    VIOLATION = "violation"
    MISINFORMATION = "misinformation"
    QUESTION = "question"
    HEALTH_DECLARATION = "health_declaration"
    LODGING = "lodging"
    HOSPITAL_APPOINTMENT = "hospital_appointment"
    OTHER = "other"


class Reason(EventPart):
    """One step of the trail of why: the rule and the words that fired it, masked like any text."""

    rule: Annotated[str, Field(max_length=200)]
    words: Annotated[str, Field(max_length=400)] = ""
    effect: Annotated[str, Field(max_length=200)] = ""


class Deadlines(EventPart):
    """The three clocks of a task (UTC)."""

    acknowledge_by: datetime
    update_by: datetime
    resolve_by: datetime


class CaseEvent(Event):
    """What every event of a case says."""

    case_id: Id
    report_id: Id | None = None
    at: datetime


_CASE = {
    "case_id": "7b0c8f52-95f1-5a55-8f5e-0f9a1c3b2d10",
    "report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11",
    "at": "2026-11-23T01:15:00.210Z",
}
_TASK = _CASE | {"task_id": "c1e9dd3a-3a0e-5b49-9d8b-6a5f6b7c8d9e", "agency": "cdc"}
_READERS = ("intake.reports", "notifications.situation")

_of_cases = events_of(
    ROUTING_CASES,
    subject="case_id",
    producer="routing.cases",
    consumers=_READERS,
)


@_of_cases(
    "routing.cases.opened",
    example=_CASE | {"origin": "report", "kind": "suspected_infection", "ward": "thuan-hoa"},
)
class CaseOpened(CaseEvent):
    """A case was opened for a report or for a checkpoint's flag."""

    origin: Annotated[str, Field(pattern="^(report|flag)$")]
    kind: Slug
    ward: Slug | None = None
    flag_id: Id | None = None
    synthetic: bool = False


@_of_cases(
    "routing.cases.triaged",
    example=_CASE
    | {
        "category": "suspected_infection",
        "urgency": "emergency",
        "agencies": ["hospital", "cdc"],
        "symptoms": ["fever", "cough", "dyspnea"],
        "negated_symptoms": ["anosmia"],
        "from_epidemic_area": True,
        "trail": [{"rule": "symptom.dyspnea", "words": "khó thở", "effect": "urgency=emergency"}],
        "rules_version": "hue-2026.11",
    },
)
class CaseTriaged(CaseEvent):
    """Triage read the text: what it is, how urgent, who must act, and why."""

    category: Category
    urgency: Urgency
    agencies: tuple[Slug, ...]
    symptoms: tuple[Slug, ...] = ()
    negated_symptoms: tuple[Slug, ...] = ()
    from_epidemic_area: bool | None = None
    contradiction: bool = False
    trail: tuple[Reason, ...] = ()
    rules_version: Slug


@_of_cases(
    "routing.cases.assigned",
    example=_TASK
    | {
        "deadlines": {
            "acknowledge_by": "2026-11-23T01:25:00.210Z",
            "update_by": "2026-11-23T02:15:00.210Z",
            "resolve_by": "2026-11-23T09:15:00.210Z",
        }
    },
)
class CaseAssigned(CaseEvent):
    """An agency got a task with clocks of its own."""

    task_id: Id
    agency: Slug
    deadlines: Deadlines


class TaskStep(CaseEvent):
    """What an agency did with its task; `text` is what its officer wrote for the reporter, if anything."""

    task_id: Id
    agency: Slug
    text: MaskedWords = ""
    through: Annotated[str, Field(pattern="^(page|api|kafka)$")] = "page"


@_of_cases(
    "routing.cases.acknowledged",
    example=_TASK | {"through": "kafka"},
)
class CaseAcknowledged(TaskStep):
    """The agency has seen its task and takes it."""


@_of_cases(
    "routing.cases.declined",
    example=_TASK | {"text": "Ngoài địa bàn."},
)
class CaseDeclined(TaskStep):
    """The agency will not take the task, and says why; the next one gets it at once."""


@_of_cases(
    "routing.cases.asked",
    example=_TASK | {"text": "Bác có bệnh nền không ạ?"},
)
class CaseAsked(TaskStep):
    """The agency asks the reporter something."""


@_of_cases(
    "routing.cases.progressed",
    example=_TASK | {"text": "Đội phản ứng nhanh đang trên đường."},
)
class CaseProgressed(TaskStep):
    """The agency tells how it goes."""


@_of_cases(
    "routing.cases.replied",
    example=_TASK | {"text": "Chiều nay cán bộ y tế phường sẽ đến lấy mẫu, bác ở nhà giúp ạ."},
)
class CaseReplied(TaskStep):
    """The agency answers the reporter."""


@_of_cases(
    "routing.cases.resolved",
    example=_TASK | {"text": "Đã lấy mẫu, kết quả âm tính.", "closed": True},
)
class CaseResolved(TaskStep):
    """The agency is done with its task; `closed` says that it was the last open one of the case."""

    closed: bool = False


@_of_cases(
    "routing.cases.reopened",
    example=_CASE,
)
class CaseReopened(CaseEvent):
    """A closed case is open again, because the reporter said so."""


@_of_cases(
    "routing.cases.withdrawn",
    example=_CASE,
)
class CaseWithdrawn(CaseEvent):
    """The reporter took the report back."""


@_of_cases(
    "routing.cases.rated",
    example=_CASE | {"stars": 5},
)
class CaseRated(CaseEvent):
    """How well the reporter was served, 1 (badly) to 5."""

    stars: Annotated[int, Field(ge=1, le=5)]
