"""What people are told: alerts, what became of each message, and the counts that hold stores and events together."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events.cases import Slug
from shared.events.contract import Event, event, events_of
from shared.events.reports import EventPart, Id
from shared.topics import NOTIFICATIONS_ALERTS, NOTIFICATIONS_DELIVERIES, PLATFORM_COUNTS


class Severity(StrEnum):
    """As in CAP 1.2."""

    EXTREME = "extreme"
    SEVERE = "severe"
    MODERATE = "moderate"
    MINOR = "minor"


class Bilingual(EventPart):
    """A text in Vietnamese and, where there is one, in English."""

    vi: Annotated[str, Field(max_length=2_000)]
    en: Annotated[str, Field(max_length=2_000)] = ""


_ALERT_ID = "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a16"

_of_alerts = events_of(
    NOTIFICATIONS_ALERTS,
    subject="alert_id",
    producer="notifications.alerts",
    consumers=("notifications.deliveries", "notifications.situation"),
)


@_of_alerts(
    "notifications.alerts.published",
    example={
        "alert_id": _ALERT_ID,
        "headline": {"vi": "Phong tỏa tạm thời chợ Đông Ba", "en": "Đông Ba market closed for now"},
        "text": {"vi": "Ai đến chợ ngày 20–22/11 gọi 19001075.", "en": "Visitors of 20–22 November: call 19001075."},
        "severity": "severe",
        "wards": ["phu-xuan"],
        "expires_at": "2026-11-24T12:00:00.000Z",
        "published_at": "2026-11-23T04:00:00.000Z",
    },
)
class AlertPublished(Event):
    """An alert was approved by a second person and is out. No wards: the whole province."""

    alert_id: Id
    headline: Bilingual
    text: Bilingual
    severity: Severity
    wards: tuple[Slug, ...] = ()
    synthetic: bool = False
    expires_at: datetime
    published_at: datetime


@_of_alerts(
    "notifications.alerts.cancelled",
    example={
        "alert_id": _ALERT_ID,
        "headline": {"vi": "Phong tỏa tạm thời chợ Đông Ba"},
        "reason": {"vi": "Chợ đã mở lại.", "en": "The market is open again."},
        "wards": ["phu-xuan"],
        "cancelled_at": "2026-11-23T09:00:00.000Z",
    },
)
class AlertCancelled(Event):
    """A published alert no longer holds; it goes to the same readers."""

    alert_id: Id
    headline: Bilingual
    reason: Bilingual
    wards: tuple[Slug, ...] = ()
    cancelled_at: datetime


class DeliveryEvent(Event):
    """What every event of a delivery says. `recipient_id` is the subscription's id, never an address."""

    delivery_id: Id
    about: Id
    recipient_id: Id
    channel: Slug
    attempts: Annotated[int, Field(ge=0)]
    at: datetime


_DELIVERY = {
    "delivery_id": "e5a1c3b2-0d4f-5e6a-8b7c-9d0e1f2a3b4c",
    "about": _ALERT_ID,
    "recipient_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a17",
    "channel": "webhook",
    "attempts": 1,
    "at": "2026-11-23T04:00:01.000Z",
}

_of_deliveries = events_of(
    NOTIFICATIONS_DELIVERIES,
    subject="delivery_id",
    producer="notifications.deliveries",
    consumers=("notifications.situation",),
)


@_of_deliveries(
    "notifications.deliveries.sent",
    example=_DELIVERY,
)
class DeliverySent(DeliveryEvent):
    """The recipient's system took the message."""


@_of_deliveries(
    "notifications.deliveries.failed",
    example=_DELIVERY | {"reason": "http-503", "next_attempt_at": "2026-11-23T04:00:31.000Z"},
)
class DeliveryFailed(DeliveryEvent):
    """One attempt failed; another follows."""

    reason: Slug
    next_attempt_at: datetime


@_of_deliveries(
    "notifications.deliveries.given_up",
    example=_DELIVERY | {"reason": "http-410"},
)
class DeliveryGivenUp(DeliveryEvent):
    """No further attempt is made, and why."""

    reason: Slug


@event(
    "platform.counts.taken",
    topic=PLATFORM_COUNTS,
    subject="service",
    producer="every service",
    consumers=("notifications.situation",),
    example={
        "service": "intake",
        "documents": {"reports": 1042, "calls": 310},
        "pending": 0,
        "at": "2026-11-23T04:00:10.000Z",
    },
)
class CountsTaken(Event):
    """How many documents a service holds in each collection, and how many still wait to be published."""

    service: Slug
    documents: dict[Slug, Annotated[int, Field(ge=0)]]
    pending: Annotated[int, Field(ge=0)]
    at: datetime
