"""How what is counted is called on the overview."""

from collections.abc import Mapping
from typing import Any

from shared.web.language import mark as _
from shared.web.site import Site

KINDS: Mapping[str, str] = {
    "suspected_infection": _("Nghi nhiễm"),
    "medical_support": _("Hỗ trợ y tế"),
    "violation": _("Vi phạm"),
    "misinformation": _("Tin giả"),
    "question": _("Câu hỏi"),
    "education_support": _("Hỗ trợ học tập"),
}
OUTCOMES: Mapping[str, str] = {
    "counselling": _("Tư vấn"),
    "screening": _("Sàng lọc"),
    "isolation": _("Cách ly"),
    "treatment": _("Điều trị"),
    "other": _("Khác"),
    "prank": _("Quấy rối"),
}
VERDICTS: Mapping[str, str] = {
    "allow": _("Cho qua"),
    "screen": _("Sàng lọc"),
    "test": _("Xét nghiệm"),
    "isolate": _("Cách ly"),
    "hospital_pickup": _("Đón về viện"),
    "refuse": _("Không cho qua"),
}
FLAGS: Mapping[str, str] = {
    "watchlist_hit": _("Trong danh sách truy vết"),
    "epidemic_area": _("Từ vùng dịch"),
    "bad_permit": _("Giấy đi đường không hợp lệ"),
}
LINES: Mapping[str, str] = {
    "reports": _("Phản ánh"),
    "cases": _("Vụ việc"),
    "calls": _("Cuộc gọi"),
    "passes": _("Lượt qua chốt"),
    "flags": _("Cảnh báo tại chốt"),
    "permits": _("Giấy đi đường"),
    "alerts": _("Cảnh báo đã phát"),
    "deliveries": _("Tin đã xong"),
}


def words_of(site: Site) -> dict[str, Any]:
    """The names of everything that is counted, for the template."""
    return {
        "kinds": KINDS,
        "outcomes": OUTCOMES,
        "verdicts": VERDICTS,
        "flag_kinds": FLAGS,
        "lines": LINES,
        "places": site.places,
    }
