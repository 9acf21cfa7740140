"""Alerts to the public, one of them cancelled an hour later because it was wrong."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from deploy.demo.actions import Action, ActionKind, Alert, AlertCancelled
from deploy.demo.scene import Scene


@dataclass(frozen=True, slots=True)
class _Draft:
    hour: float
    severity: Literal["extreme", "severe", "moderate", "minor"]
    wards: tuple[str, ...]
    headline_vi: str
    headline_en: str
    text_vi: str
    text_en: str
    is_cancelled: bool = False


_DRAFTS = (
    _Draft(
        0.2,
        "severe",
        ("chan-may-lang-co",),
        "Từ 0 giờ, người về từ vùng dịch qua đèo Hải Vân phải xét nghiệm",
        "From midnight, arrivals from epidemic areas over the Hải Vân pass are tested",
        "Người về từ vùng dịch khai báo tại chốt và xét nghiệm ngay. Chuẩn bị giấy tờ và mã QR để qua chốt nhanh.",
        "Arrivals from epidemic areas declare at the post and are tested at once. Have papers and QR code ready.",
    ),
    _Draft(
        8.5,
        "moderate",
        ("phu-xuan", "thuan-hoa"),
        "Tìm người đã đến chợ Đông Ba từ 6 đến 9 giờ hôm qua",
        "Looking for people who were at Đông Ba market from 6 to 9 yesterday",
        "Ai đã đến chợ Đông Ba trong khung giờ trên, hãy ở tại nhà và gọi 19001075 để được hướng dẫn xét nghiệm.",
        "If you were at Đông Ba market in these hours, stay at home and call 19001075 about a test.",
    ),
    _Draft(
        11.0,
        "severe",
        ("vy-da",),
        "Phong tỏa tạm thời một khu dân cư ở phường Vỹ Dạ",
        "Part of Vỹ Dạ ward is sealed off for now",
        "Khu vực kiệt 20 được phong tỏa để lấy mẫu. Người trong khu vực không ra ngoài; nhu yếu phẩm được đưa đến.",
        "The area of lane 20 is sealed off for sampling. Residents stay inside; supplies are brought.",
        is_cancelled=True,
    ),
    _Draft(
        16.0,
        "minor",
        (),
        "Điểm tiêm vắc xin mở thêm buổi tối",
        "Vaccination sites open in the evening too",
        "Ba điểm tiêm mở đến 20 giờ. Mang căn cước công dân và đăng ký trước để khỏi chờ.",
        "Three sites are open until 20:00. Bring your identity card and register first to avoid waiting.",
    ),
    _Draft(
        19.5,
        "extreme",
        ("phu-bai", "huong-thuy", "thanh-thuy"),
        "Khẩn: bếp ăn khu công nghiệp Phú Bài có nhiều ca nghi nhiễm",
        "Urgent: many suspected cases at the canteen of the Phú Bài industrial zone",
        "Công nhân ca chiều ở yên tại nơi ở, không về quê. Khó thở hoặc lơ mơ: gọi 115 ngay.",
        "Workers of the late shift stay where they live. Trouble breathing or drowsiness: call 115 now.",
    ),
)


def plan_alerts(scene: Scene) -> list[Action]:
    made: list[Action] = []
    for number, draft in enumerate(_DRAFTS):
        at = timedelta(hours=draft.hour)
        made.append(_alert(scene, number, at, draft))
        if draft.is_cancelled:
            made.append(_cancellation(scene, number, at + timedelta(hours=1), made[-1]))
    return made


def _alert(scene: Scene, number: int, at: timedelta, draft: _Draft) -> Action:
    alert = Alert(
        headline_vi=draft.headline_vi,
        headline_en=draft.headline_en,
        text_vi=draft.text_vi,
        text_en=draft.text_en,
        severity=draft.severity,
        wards=draft.wards,
        expires=scene.when(at) + timedelta(hours=36),
    )
    return Action(key=scene.key("alert", number), at=at, kind=ActionKind.ALERT, payload=alert)


def _cancellation(scene: Scene, number: int, at: timedelta, alert: Action) -> Action:
    cancelled = AlertCancelled(
        alert=alert.key,
        reason_vi="Kết quả xét nghiệm khẳng định âm tính, khu vực trở lại bình thường.",
        reason_en="The confirming test is negative; the area is open again.",
    )
    return Action(key=scene.key("cancellation", number), at=at, kind=ActionKind.ALERT_CANCELLED, payload=cancelled)
