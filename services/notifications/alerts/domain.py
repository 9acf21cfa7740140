"""What an alert is and who may do what with it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, FieldProblem, Forbidden, Text, Unprocessable
from shared.events.notifications import AlertCancelled, AlertPublished, Bilingual, Severity
from shared.pending import Change


class AlertStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in Vietnamese and, where there is one, in English."""

    vi: str
    en: str = ""

    def said(self) -> Bilingual:
        return Bilingual(vi=self.vi, en=self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert. `wards` empty: the whole province. `expires_at` in UTC; after it nothing is sent any more."""

    headline: Words
    text: Words
    severity: Severity
    wards: tuple[str, ...] = ()
    expires_at: datetime
    status: AlertStatus = AlertStatus.DRAFT
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None = None
    published_at: datetime | None = None
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None
    reason: Words | None = None
    synthetic: bool = False

    def is_current(self, now: datetime) -> bool:
        """Whether it is out and still holds."""
        return self.status is AlertStatus.PUBLISHED and now < self.expires_at


def decide_draft(alert: Alert, now: datetime) -> Change[Alert]:
    """A draft tells nobody anything.

    Raises:
        Unprocessable: it would be over before it began.
    """
    if alert.expires_at <= now:
        raise Unprocessable("invalid-fields", _OVER, fields=[FieldProblem("expires_at", _OVER)])
    return Change(alert)


def decide_publication(alert_id: str, alert: Alert, approver: str, now: datetime) -> Change[Alert]:
    """A second person approves, and the alert is out.

    Raises:
        Forbidden: the approver drafted it.
        Conflict: it is out already, was cancelled, or is over.
    """
    if approver == alert.drafted_by:
        raise Forbidden("second-person-needed", _SECOND_PERSON)
    if alert.status is not AlertStatus.DRAFT:
        raise Conflict(f"alert-already-{alert.status}", _ALREADY[alert.status])
    if alert.expires_at <= now:
        raise Conflict("alert-over", _OVER)
    published = replace(alert, status=AlertStatus.PUBLISHED, approved_by=approver, published_at=now)
    said = AlertPublished(
        alert_id=alert_id,
        headline=alert.headline.said(),
        text=alert.text.said(),
        severity=alert.severity,
        wards=alert.wards,
        synthetic=alert.synthetic,
        expires_at=alert.expires_at,
        published_at=now,
    )
    return Change(published, (said,))


def decide_cancellation(alert_id: str, alert: Alert, reason: Words, by: str, now: datetime) -> Change[Alert]:
    """A published alert no longer holds; the same readers hear so. A draft is just put away.

    Raises:
        Conflict: it was cancelled before.
    """
    if alert.status is AlertStatus.CANCELLED:
        raise Conflict("alert-already-cancelled", _ALREADY[alert.status])
    cancelled = replace(alert, status=AlertStatus.CANCELLED, cancelled_by=by, cancelled_at=now, reason=reason)
    if alert.status is AlertStatus.DRAFT:
        return Change(cancelled)
    said = AlertCancelled(
        alert_id=alert_id, headline=alert.headline.said(), reason=reason.said(), wards=alert.wards, cancelled_at=now
    )
    return Change(cancelled, (said,))


_OVER = Text(
    vi="Thời điểm hết hiệu lực đã qua. Hãy chọn một thời điểm sau này.",
    en="The expiry has passed. Choose a later moment.",
)
_SECOND_PERSON = Text(
    vi="Người soạn không tự duyệt được. Hãy nhờ người thứ hai.",
    en="Who drafted it cannot approve it. Ask a second person.",
)
_ALREADY = {
    AlertStatus.PUBLISHED: Text(vi="Cảnh báo này đã phát.", en="This alert is out already."),
    AlertStatus.CANCELLED: Text(vi="Cảnh báo này đã hủy.", en="This alert was cancelled."),
}
