"""What citizens report (`intake.reports.v1`) and what the hotline hears (`intake.calls.v1`).

The only events that carry free text of citizens. Phones, IDs, e-mails, plates and the names and addresses given in
their own fields are masked before the text gets here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.events.contract import Event, events_of
from shared.topics import INTAKE_CALLS, INTAKE_REPORTS

Id = Annotated[str, Field(min_length=1, max_length=100)]
MaskedWords = Annotated[str, Field(max_length=8_000)]
"""Twice what a person may write, since a mask can be longer than what it hides."""


class ReportKind(StrEnum):
    """What the reporter chose; what the text says is triage's category."""

    SUSPECTED_INFECTION = "suspected_infection"
    MEDICAL_SUPPORT = "medical_support"
    VIOLATION = "violation"
    MISINFORMATION = "misinformation"
    QUESTION = "question"
    EDUCATION_SUPPORT = "education_support"


class Channel(StrEnum):
    PAGE = "page"
    HOTLINE = "hotline"
    API = "api"


class EventPart(BaseModel):
    """A value inside an event; readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PersonRef(EventPart):
    """A keyed reference to a person or vehicle (HMAC of the normalised number), never the number itself."""

    by: Annotated[str, Field(max_length=20)]
    ref: Annotated[str, Field(max_length=64)]


class Place(EventPart):
    """Where, as coarsely as triage needs: a ward's id and a point rounded to about 100 m (WGS 84, degrees)."""

    ward: Annotated[str, Field(max_length=80)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None


_of_reports = events_of(
    INTAKE_REPORTS,
    subject="report_id",
    producer="intake.reports",
    consumers=("routing.cases", "notifications.situation"),
)


@_of_reports(
    "intake.reports.received",
    example={
        "report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11",
        "kind": "suspected_infection",
        "channel": "page",
        "language": "vi",
        "text": "Mẹ tôi [tên] sốt 39 độ, ho và khó thở từ hôm qua, mới ở Đà Nẵng về. Gọi lại [SĐT].",
        "about": [{"by": "phone", "ref": "k1.fpcmiobnjklaemhhlbkcndoepfagbhci"}],
        "reporter": [{"by": "phone", "ref": "k1.anjklaemhhlbkcndoepfagbhcifpcmio"}],
        "on_behalf": True,
        "confidential": False,
        "place": {"ward": "thuan-hoa", "latitude": 16.463, "longitude": 107.585},
        "received_at": "2026-11-23T01:15:00.000Z",
    },
)
class ReportReceived(Event):
    """A report was accepted. Its identity stays where it was collected; `about` and `reporter` are references."""

    report_id: Id
    kind: ReportKind
    channel: Channel
    language: Annotated[str, Field(pattern="^(vi|en)$")]
    text: MaskedWords
    about: tuple[PersonRef, ...] = ()
    reporter: tuple[PersonRef, ...] = ()
    on_behalf: bool = False
    confidential: bool = False
    place: Place = Place()
    call_id: Id | None = None
    synthetic: bool = False
    received_at: datetime


@_of_reports(
    "intake.reports.answered_by_reporter",
    example={
        "report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11",
        "text": "Dạ mẹ tôi ngồi nghỉ cũng thấy mệt.",
        "at": "2026-11-23T01:31:00.000Z",
    },
)
class ReportAnsweredByReporter(Event):
    """The reporter answered a question or added something."""

    report_id: Id
    text: MaskedWords
    at: datetime


@_of_reports(
    "intake.reports.withdrawn",
    example={"report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11", "at": "2026-11-23T02:00:00.000Z"},
)
class ReportWithdrawn(Event):
    """The reporter took the report back; open tasks are withdrawn."""

    report_id: Id
    at: datetime


@_of_reports(
    "intake.reports.reopen_requested",
    example={
        "report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11",
        "text": "Mẹ tôi lại sốt cao.",
        "at": "2026-11-24T02:00:00.000Z",
    },
)
class ReportReopenRequested(Event):
    """The reporter says that it is not over; a closed case opens again."""

    report_id: Id
    text: MaskedWords
    at: datetime


@_of_reports(
    "intake.reports.rated",
    example={"report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11", "stars": 5, "at": "2026-11-24T02:00:00.000Z"},
)
class ReportRated(Event):
    """How well the reporter was served, 1 (badly) to 5."""

    report_id: Id
    stars: Annotated[int, Field(ge=1, le=5)]
    at: datetime


class CallOutcome(StrEnum):
    """What came of a call."""

    COUNSELLING = "counselling"
    SCREENING = "screening"
    ISOLATION = "isolation"
    TREATMENT = "treatment"
    OTHER = "other"
    PRANK = "prank"


_of_calls = events_of(
    INTAKE_CALLS,
    subject="call_id",
    producer="intake.calls",
    consumers=("notifications.situation",),
)


@_of_calls(
    "intake.calls.answered",
    example={
        "call_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a12",
        "caller": [{"by": "phone", "ref": "k1.anjklaemhhlbkcndoepfagbhcifpcmio"}],
        "operator": "call-taker-1",
        "waited_seconds": 12,
        "at": "2026-11-23T01:10:00.000Z",
    },
)
class CallAnswered(Event):
    """A call-taker picked up. `waited_seconds` is null where the exchange did not say when it rang."""

    call_id: Id
    caller: tuple[PersonRef, ...] = ()
    operator: Id
    waited_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    at: datetime


@_of_calls(
    "intake.calls.missed",
    example={
        "call_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a12",
        "caller": [{"by": "phone", "ref": "k1.anjklaemhhlbkcndoepfagbhcifpcmio"}],
        "waited_seconds": 47,
        "at": "2026-11-23T01:10:00.000Z",
    },
)
class CallMissed(Event):
    """The caller hung up, or nobody was free."""

    call_id: Id
    caller: tuple[PersonRef, ...] = ()
    waited_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    at: datetime


@_of_calls(
    "intake.calls.ended",
    example={
        "call_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a12",
        "outcome": "screening",
        "report_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11",
        "note": "Đã hướng dẫn cách ly tại nhà.",
        "at": "2026-11-23T01:16:00.000Z",
    },
)
class CallEnded(Event):
    """A call was recorded with its outcome, and with the report it led to, if any."""

    call_id: Id
    outcome: CallOutcome
    report_id: Id | None = None
    note: MaskedWords = ""
    at: datetime
