"""What happens on a busy day: plain values that a player turns into requests and Kafka records.

Nothing here knows an endpoint, a topic or a field name of a service, so the day stays the same when those change.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from shared.profile import Kind, Urgency, Verdict

CanaryKind = Literal["name", "phone", "cccd", "plate", "email"]
Step = Literal["acknowledge", "decline", "progress", "ask", "reply", "resolve"]
Outcome = Literal["counselling", "screening", "isolation", "treatment", "other", "prank"]
PermitState = Literal["good", "expired", "forged", "other_vehicle", "none"]


class ActionKind(StrEnum):
    REPORT = "report"
    CALL = "call"
    PERMIT = "permit"
    PASS = "pass"  # noqa: S105 - a vehicle's, not a word to sign in with
    WATCH = "watch"
    ALERT = "alert"
    ALERT_CANCELLED = "alert_cancelled"
    AGENCY_ANSWER = "agency_answer"
    BAD_INPUT = "bad_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody invented. `phone` is national digits, `address` one line without the ward."""

    name: str
    sex: Literal["male", "female"]
    born: date
    phone: str
    cccd: str
    email: str
    address: str
    ward: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A citizen's report. `reporter` is None when it is anonymous; `subject` is somebody else it speaks of.

    `ward_said` is what the person wrote for the ward (`ward` is its id): today's name or an old one. `severe_signs`
    are ticked: cannot_breathe, blue_lips, unconscious, convulsion, chest_pain, heavy_bleeding.
    """

    kind: Kind
    words: str
    style: str
    language: Literal["vi", "en"]
    channel: Literal["page", "api"]
    reporter: Person | None
    confidential: bool
    subject: Person | None
    ward: str
    ward_said: str
    latitude: float | None
    longitude: float | None
    plate: str | None
    severe_signs: tuple[str, ...] = ()
    similar_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to the hotline. A missed one has no words and no outcome; with `report_kind` it becomes a report."""

    caller: Person
    operator: int
    waited: timedelta
    talked: timedelta
    missed: bool
    outcome: Outcome | None
    report_kind: Kind | None
    words: str
    style: str
    ward: str
    ward_said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A permit to issue. `posts` are those it is good for; `ends` in the past makes it an expired one."""

    holder: Person
    plate: str
    trailer: str | None
    vehicle: str
    purpose: str
    goods: str | None
    origin: str
    destination_ward: str
    posts: tuple[str, ...]
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """Somebody in a vehicle. `area` is an epidemic area's id, left on `left_area`."""

    person: Person
    temperature: float
    came_from: str
    area: str | None = None
    left_area: date | None = None
    symptoms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A vehicle at a post, or a traveller on foot (`plate` None). The first traveller drives.

    `permit` is the key of the permit whose code is shown; `forged` means: show that code with its signature or check
    character spoilt.
    """

    post: str
    lane: int
    direction: Literal["enter", "leave"]
    vehicle: str
    plate: str | None
    trailer: str | None
    people: tuple[Traveller, ...]
    permit: str | None
    permit_state: PermitState
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    by: Literal["plate", "cccd", "phone", "name"]
    value: str
    reason: str
    source: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    headline_vi: str
    headline_en: str
    text_vi: str
    text_en: str
    severity: Literal["extreme", "severe", "moderate", "minor"]
    wards: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCancelled:
    alert: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyAnswer:
    """What an agency says of the task it has for `report` (a key). Steps of one task come in order."""

    report: str
    agency: str
    step: Step
    words: str
    through: Literal["kafka", "page"]


Good = Report | Call | Permit | Pass | Watch | Alert | AgencyAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """Something that must be refused where actions of the kind `of` are taken.

    Three ways: `raw` is a whole body; or the JSON text `value` stands in the place of the `field` of `base` (a path
    such as `caller.phone`; a field that `base` lacks is to be sent as well); or `base` is sent under the key of the
    accepted action `other_content_of`.
    """

    of: ActionKind
    flaw: str
    base: Good
    raw: bytes | None = None
    content_type: str = "application/json"
    content_encoding: str | None = None
    field: str | None = None
    value: str | None = None
    other_content_of: str | None = None


Payload = Good | AlertCancelled | BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is certain about the result; empty where more than one is right.

    Attributes:
        accepted: the door says yes. `statuses` are the answers that will do when it doesn't.
        agencies: those that get a task, at least.
        urgency: the least that triage comes to.
        verdicts: any of these.
        flags: of `watchlist_hit`, `epidemic_area`, `bad_permit`, at least.
        call_115: the citizen is told at once to call.
    """

    accepted: bool = True
    statuses: frozenset[int] = frozenset()
    agencies: frozenset[str] = frozenset()
    urgency: Urgency | None = None
    verdicts: frozenset[Verdict] = frozenset()
    flags: frozenset[str] = frozenset()
    call_115: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that happens.

    Attributes:
        key: the record's id (UUID) and the Idempotency-Key; a retry has its original's.
        at: from the start of the day.
        retry: the same key and payload were sent before; the answer must be the first one.
    """

    key: str
    at: timedelta
    kind: ActionKind
    payload: Payload
    expect: Expectation = field(default_factory=Expectation)
    retry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A planted value that must be found nowhere afterwards.

    `value` is canonical (phone: national digits, plate: letters and figures); `spellings` are as it was written.
    """

    kind: CanaryKind
    value: str
    spellings: tuple[str, ...]
    in_fields: bool
    in_words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, in order of time. Everything in it is synthetic."""

    seed: int
    start: datetime
    actions: tuple[Action, ...]
    planted: tuple[Canary, ...]
    synthetic: Literal[True] = True

    def of(self, kind: ActionKind) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.kind is kind)
