"""What a webhook carries: an event in CloudEvents' JSON form, in both languages. Pure.

Everything in it is public; the same alert gives the same bytes, whoever gets them and however often.
"""

import json
from datetime import datetime
from typing import Any

from services.notifications.alerts.domain import Alert, Words
from services.notifications.deliveries.domain import What

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


def alert_message(what: What, event_id: str, alert_id: str, alert: Alert, origin: str) -> bytes:
    """The body that says that an alert was published or cancelled; `origin` is this service's public address."""
    data = {
        "alert_id": alert_id,
        "headline": _both(alert.headline),
        "severity": alert.severity.value,
        "wards": list(alert.wards),
        "published_at": _moment(alert.published_at),
        "expires_at": _moment(alert.expires_at),
        "synthetic": alert.synthetic,
        "url": f"{origin}/alerts/{alert_id}",
    }
    if what is What.CANCELLED:
        at = alert.cancelled_at
        data |= {"cancelled_at": _moment(at), "reason": _both(alert.reason or Words(vi=""))}
    else:
        at = alert.published_at
        data |= {"text": _both(alert.text)}
    return _body(f"notifications.alerts.{what}", event_id, alert_id, at, data, origin)


def ping_message(message_id: str, subscription_id: str, now: datetime) -> bytes:
    """A trial: proves that messages arrive and signatures fit, and says nothing else."""
    return _body("notifications.ping", message_id, subscription_id, now, {}, "/notifications")


def _body(kind: str, event_id: str, subject: str, at: datetime | None, data: dict[str, Any], source: str) -> bytes:
    event = {
        "specversion": "1.0",
        "id": event_id,
        "type": kind,
        "source": source,
        "subject": subject,
        "time": _moment(at),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _both(words: Words) -> dict[str, str]:
    return {"vi": words.vi, "en": words.en}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
