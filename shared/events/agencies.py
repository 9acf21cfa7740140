"""The two topics of each agency: its tasks out, its updates in.

`agency` is always the topic's own agency; whatever a payload claims is overwritten when it is read.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.events.cases import Category, Deadlines, Reason, Slug, Urgency
from shared.events.contract import Event, event, events_of
from shared.events.reports import Id, Place
from shared.text import WordsUpTo
from shared.topics import AGENCY_TASKS, AGENCY_UPDATES

UpdateText = Annotated[str, Field(min_length=1, max_length=2_000), WordsUpTo(2_000)]
"""Strangers' words for citizens and officers: whatever may not be typed at a door may not come in here either."""

_TASK_ID = "c1e9dd3a-3a0e-5b49-9d8b-6a5f6b7c8d9e"
_CASE_ID = "7b0c8f52-95f1-5a55-8f5e-0f9a1c3b2d10"

_of_tasks = events_of(
    AGENCY_TASKS,
    subject="task_id",
    producer="routing.cases",
    consumers=(),
)


@_of_tasks(
    "agencies.tasks.assigned",
    example={
        "agency": "cdc",
        "task_id": _TASK_ID,
        "case_id": _CASE_ID,
        "category": "suspected_infection",
        "urgency": "emergency",
        "symptoms": ["fever", "cough", "dyspnea"],
        "from_epidemic_area": True,
        "reasons": [{"rule": "symptom.dyspnea", "words": "khó thở", "effect": "urgency=emergency"}],
        "place": {"ward": "thuan-hoa", "latitude": 16.463, "longitude": 107.585},
        "person": "c1.jpaobncmdlekfjgihhggffeeddccbbaa",
        "deadlines": {
            "acknowledge_by": "2026-11-23T01:25:00.210Z",
            "update_by": "2026-11-23T02:15:00.210Z",
            "resolve_by": "2026-11-23T09:15:00.210Z",
        },
        "identity_url": "/api/v1/reports/019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11/identity",
        "assigned_at": "2026-11-23T01:15:00.210Z",
    },
)
class TaskAssigned(Event):
    """A task for the agency.

    `person` is a reference that holds for this one case; who needs the identity asks intake at `identity_url` (POST,
    session or API key, with a reason).
    """

    agency: Slug
    task_id: Id
    case_id: Id
    category: Category
    urgency: Urgency
    symptoms: tuple[Slug, ...] = ()
    negated_symptoms: tuple[Slug, ...] = ()
    from_epidemic_area: bool | None = None
    reasons: tuple[Reason, ...] = ()
    place: Place = Place()
    person: Annotated[str, Field(max_length=64)] | None = None
    deadlines: Deadlines
    identity_url: Annotated[str, Field(max_length=300)] | None = None
    test: bool = False
    synthetic: bool = False
    assigned_at: datetime


@_of_tasks(
    "agencies.tasks.changed",
    example={
        "agency": "cdc",
        "task_id": _TASK_ID,
        "case_id": _CASE_ID,
        "status": "acknowledged",
        "what": "acknowledged",
        "at": "2026-11-23T01:16:00.000Z",
    },
)
class TaskChanged(Event):
    """Something about the task is new: its status, or the reporter answered (`what`)."""

    agency: Slug
    task_id: Id
    case_id: Id
    status: Slug
    what: Slug
    at: datetime


@_of_tasks(
    "agencies.tasks.withdrawn",
    example={
        "agency": "cdc",
        "task_id": _TASK_ID,
        "case_id": _CASE_ID,
        "reason": "withdrawn-by-reporter",
        "at": "2026-11-23T02:00:00.000Z",
    },
)
class TaskWithdrawn(Event):
    """The task no longer needs doing."""

    agency: Slug
    task_id: Id
    case_id: Id
    reason: Slug
    at: datetime


@event(
    "agencies.tasks.update_refused",
    topic=AGENCY_TASKS,
    subject="update_id",
    producer="routing.agencies",
    consumers=(),
    example={
        "agency": "cdc",
        "task_id": _TASK_ID,
        "update_id": "0f0e5d1c-1111-4c4c-8d8d-9e9e9e9e9e9e",
        "reason": "task-already-resolved",
        "detail_vi": "Nhiệm vụ này đã kết thúc.",
        "detail_en": "This task is already resolved.",
        "at": "2026-11-23T02:00:00.000Z",
    },
)
class TaskUpdateRefused(Event):
    """An update could not be carried out: which one (`update_id` is its `ce_id`) and why.

    It speaks of the update, not of the task: a task that is refused two things would otherwise say both under one id.
    An id that names somebody, a phone number say, comes back as a derived one: use ids that mean nothing.
    """

    agency: Slug
    task_id: Id
    update_id: Annotated[str, Field(max_length=300)]
    reason: Slug
    detail_vi: Annotated[str, Field(max_length=500)]
    detail_en: Annotated[str, Field(max_length=500)]
    at: datetime


class TaskUpdate(Event):
    """What an agency's software commands. Nothing but `task_id` and what it has to say is needed."""

    agency: Slug
    task_id: Id


_UPDATE = {"agency": "cdc", "task_id": _TASK_ID}

_command = events_of(
    AGENCY_UPDATES,
    subject="task_id",
    producer="agency",
    consumers=("routing.agencies",),
)


@_command(
    "agencies.updates.acknowledge",
    example=_UPDATE,
)
class AcknowledgeTask(TaskUpdate):
    """We have it."""


@_command(
    "agencies.updates.decline",
    example=_UPDATE | {"text": "Ngoài địa bàn."},
)
class DeclineTask(TaskUpdate):
    """Not ours, and why; the next agency gets it at once."""

    text: UpdateText


@_command(
    "agencies.updates.progress",
    example=_UPDATE | {"text": "Đội phản ứng nhanh đang trên đường."},
)
class ProgressTask(TaskUpdate):
    """How it goes."""

    text: UpdateText


@_command(
    "agencies.updates.ask",
    example=_UPDATE | {"text": "Bác có bệnh nền không ạ?"},
)
class AskReporter(TaskUpdate):
    """A question to the reporter."""

    text: UpdateText


@_command(
    "agencies.updates.reply",
    example=_UPDATE | {"text": "Chiều nay cán bộ y tế sẽ đến lấy mẫu."},
)
class ReplyToReporter(TaskUpdate):
    """An answer for the reporter."""

    text: UpdateText


@_command(
    "agencies.updates.resolve",
    example=_UPDATE | {"text": "Đã lấy mẫu, kết quả âm tính."},
)
class ResolveTask(TaskUpdate):
    """Done, and how."""

    text: UpdateText
