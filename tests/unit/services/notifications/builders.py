"""Alerts, deliveries, people and pages for the tests of notifications, with what matters named at the call."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.notifications.alerts.domain import Alert, AlertStatus, Words
from services.notifications.deliveries.domain import Delivery, What
from services.notifications.subscriptions.domain import Subscription
from shared.events.notifications import Severity
from shared.security.people import Person
from shared.settings import ROOT
from shared.web.pages import Pages
from tests.unit.shared.web.builders import a_site

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Huế."""
ALERT = "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a16"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the one of the published vector


def after(**by: float) -> datetime:
    return NOON + timedelta(**by)


def an_alert(**fields: Any) -> Alert:
    given: dict[str, Any] = {
        "headline": Words(vi="Phong tỏa tạm thời chợ Đông Ba", en="Đông Ba market closed for now"),
        "text": Words(vi="Ai đến chợ ngày 20–22/11 gọi 19001075.", en="Visitors of 20–22 November: call 19001075."),
        "severity": Severity.SEVERE,
        "wards": ("phu-xuan",),
        "expires_at": after(days=1),
        "drafted_by": "bao-chi",
        "drafted_at": NOON,
    }
    return Alert(**(given | fields))


def a_published_alert(**fields: Any) -> Alert:
    out = {"status": AlertStatus.PUBLISHED, "approved_by": "ban-chi-dao", "published_at": NOON}
    return an_alert(**(out | fields))


def a_cancelled_alert(**fields: Any) -> Alert:
    off = {"status": AlertStatus.CANCELLED, "cancelled_by": "ban-chi-dao", "cancelled_at": after(hours=1)}
    return a_published_alert(**(off | {"reason": Words(vi="Chợ đã mở lại.")} | fields))


def a_delivery(**fields: Any) -> Delivery:
    given: dict[str, Any] = {
        "about": ALERT,
        "what": What.PUBLISHED,
        "event_id": "e-1",
        "recipient_id": "s-1",
        "next_attempt_at": NOON,
        "expires_at": after(days=1),
        "made_at": NOON,
    }
    return Delivery(**(given | fields))


def a_subscription(**fields: Any) -> Subscription:
    given: dict[str, Any] = {
        "label": "Bảng điện tử",
        "url": "https://hooks.example.com/alerts",
        "made_by": "ky-su-cdc",
        "agency": "cdc",
        "made_at": NOON,
    }
    return Subscription(**(given | fields))


def a_person(*roles: str, **fields: Any) -> Person:
    given: Mapping[str, Any] = {"account": "a-1", "name": "Trần Thị Hoa", "session": "s-1"}
    return Person(**{**given, "roles": frozenset(roles), **fields})


@cache
def the_pages() -> Pages:
    folders = [ROOT / "services" / "notifications" / name for name in ("alerts", "subscriptions", "situation")]
    return Pages(a_site("notifications"), folders=[Path(each) / "templates" for each in folders], clock=lambda: NOON)
