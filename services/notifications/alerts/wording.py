"""How severities and stages of alerts are called on pages."""

from collections.abc import Mapping

from services.notifications.alerts.domain import AlertStatus
from shared.events.notifications import Severity
from shared.web.language import mark as _

SEVERITIES: Mapping[str, str] = {
    Severity.EXTREME: _("Đặc biệt khẩn"),
    Severity.SEVERE: _("Khẩn"),
    Severity.MODERATE: _("Cần chú ý"),
    Severity.MINOR: _("Để biết"),
}
"""Most severe first."""

TONES: Mapping[str, str] = {
    Severity.EXTREME: "danger",
    Severity.SEVERE: "danger",
    Severity.MODERATE: "warning",
    Severity.MINOR: "info",
}

STAGES: Mapping[str, str] = {
    AlertStatus.DRAFT: _("Chờ duyệt"),
    AlertStatus.PUBLISHED: _("Đã phát"),
    AlertStatus.CANCELLED: _("Đã hủy"),
}
