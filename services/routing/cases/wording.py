"""How pages call what cases are made of. Marked labels: the source is Vietnamese, the catalogue has the English."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.routing.cases.clocks import Due
from services.routing.cases.domain import CaseStatus, Origin, Reason, TaskStatus
from services.routing.cases.store import Attention
from services.routing.cases.work import Step
from services.routing.triage.domain import Symptom, ViolationKind
from shared.events.cases import Category
from shared.web.formats import URGENCIES
from shared.web.language import mark as _

CATEGORIES: Mapping[str, str] = {
    Category.SUSPECTED_INFECTION: _("Nghi nhiễm"),
    Category.MEDICAL_SUPPORT: _("Hỗ trợ y tế"),
    Category.VIOLATION: _("Vi phạm"),
    Category.MISINFORMATION: _("Tin sai"),
    Category.QUESTION: _("Câu hỏi"),
    Category.HEALTH_DECLARATION: _("Khai báo y tế"),
    Category.LODGING: _("Lưu trú"),
    Category.HOSPITAL_APPOINTMENT: _("Hẹn tái khám"),
    Category.OTHER: _("Việc khác"),
}
KINDS: Mapping[str, str] = {
    "suspected_infection": _("báo nghi nhiễm"),
    "medical_support": _("xin hỗ trợ y tế"),
    "violation": _("báo vi phạm"),
    "misinformation": _("báo tin sai"),
    "question": _("hỏi"),
    "education_support": _("xin hỗ trợ học tập"),
    "checkpoint_flag": _("cảnh báo từ chốt"),
}
"""What the reporter chose; the category is what triage read."""

SYMPTOMS: Mapping[str, str] = {
    Symptom.FEVER: _("sốt"),
    Symptom.COUGH: _("ho"),
    Symptom.DYSPNEA: _("khó thở"),
    Symptom.SORE_THROAT: _("đau họng"),
    Symptom.ANOSMIA: _("mất vị giác, khứu giác"),
    Symptom.FATIGUE: _("mệt mỏi"),
    Symptom.DIARRHEA: _("tiêu chảy"),
    Symptom.HEADACHE: _("đau đầu"),
    Symptom.CHEST_PAIN: _("đau ngực"),
    Symptom.LOSS_OF_CONSCIOUSNESS: _("lơ mơ, bất tỉnh"),
    Symptom.RUNNY_NOSE: _("sổ mũi"),
    Symptom.MYALGIA: _("đau nhức người"),
    Symptom.CHILLS: _("ớn lạnh"),
    Symptom.VOMITING: _("nôn"),
    Symptom.ABDOMINAL_PAIN: _("đau bụng"),
    Symptom.RASH: _("phát ban"),
    Symptom.CYANOSIS: _("tím tái"),
    Symptom.CONVULSION: _("co giật"),
    Symptom.LOW_SPO2: _("SpO₂ thấp"),
    Symptom.DIZZINESS: _("chóng mặt"),
    Symptom.BLEEDING: _("chảy máu"),
    Symptom.SNEEZING: _("hắt hơi"),
}
SEVERE = frozenset(
    {
        Symptom.DYSPNEA,
        Symptom.CYANOSIS,
        Symptom.CONVULSION,
        Symptom.LOSS_OF_CONSCIOUSNESS,
        Symptom.CHEST_PAIN,
        Symptom.LOW_SPO2,
        Symptom.BLEEDING,
    }
)
"""Shown first and in red, whatever the urgency came to."""

TASK_STATUSES: Mapping[str, str] = {
    TaskStatus.ASSIGNED: _("chờ xác nhận"),
    TaskStatus.ACKNOWLEDGED: _("đang làm"),
    TaskStatus.DECLINED: _("đã từ chối"),
    TaskStatus.RESOLVED: _("đã xong"),
    TaskStatus.WITHDRAWN: _("đã rút"),
}
TASK_TONES: Mapping[str, str] = {
    TaskStatus.ASSIGNED: "warning",
    TaskStatus.ACKNOWLEDGED: "accent",
    TaskStatus.DECLINED: "danger",
    TaskStatus.RESOLVED: "good",
    TaskStatus.WITHDRAWN: "",
}
CASE_STATUSES: Mapping[str, str] = {
    CaseStatus.OPEN: _("đang mở"),
    CaseStatus.CLOSED: _("đã đóng"),
    CaseStatus.WITHDRAWN: _("người báo đã rút"),
}
ATTENTIONS: Mapping[str, str] = {
    Attention.OVERDUE: _("Quá hạn"),
    Attention.CONTRADICTION: _("Chữ và loại không khớp"),
    Attention.DECLINED: _("Bị từ chối, còn mở"),
}
SHOWS: Mapping[str, str] = {
    "open": _("Chưa xong"),
    "waiting": _("Chờ xác nhận"),
    "working": _("Đang làm"),
    "ended": _("Đã kết thúc"),
    "any": _("Tất cả"),
}
"""Which of an agency's tasks its queue shows."""
DUES: Mapping[str, str] = {
    Due.ACKNOWLEDGE: _("xác nhận"),
    Due.UPDATE: _("báo tiến độ"),
    Due.RESOLVE: _("kết thúc"),
}
ORIGINS: Mapping[str, str] = {Origin.REPORT: _("phản ánh"), Origin.FLAG: _("cảnh báo từ chốt")}

MOMENTS: Mapping[str, str] = {
    "opened": _("Mở vụ việc"),
    Step.ACKNOWLEDGE: _("Xác nhận đã nhận"),
    Step.DECLINE: _("Từ chối"),
    Step.PROGRESS: _("Báo tiến độ"),
    Step.ASK: _("Hỏi người báo"),
    Step.REPLY: _("Trả lời người báo"),
    Step.RESOLVE: _("Kết thúc nhiệm vụ"),
    "answered_by_reporter": _("Người báo cho biết thêm"),
    "withdrawn": _("Người báo rút lại"),
    "reopened": _("Người báo mở lại"),
    "rated": _("Người báo chấm điểm"),
}
MOMENT_TONES: Mapping[str, str] = {
    Step.DECLINE: "danger",
    Step.RESOLVE: "good",
    Step.ASK: "warning",
    "answered_by_reporter": "warning",
    "reopened": "warning",
}
DOORS: Mapping[str, str] = {"page": _("qua trang này"), "api": _("qua API"), "kafka": _("qua Kafka")}
ACTORS: Mapping[str, str] = {
    "reporter": _("người báo"),
    "intake": _("Tiếp nhận"),
    "checkpoints": _("Chốt kiểm soát"),
}
FLASHES: Mapping[str, str] = {
    Step.ACKNOWLEDGE: _("Đã xác nhận. Việc này giờ là của cơ quan bạn."),
    Step.DECLINE: _("Đã từ chối và chuyển cho cơ quan tiếp theo."),
    Step.PROGRESS: _("Đã ghi tiến độ."),
    Step.ASK: _("Đã gửi câu hỏi cho người báo."),
    Step.REPLY: _("Đã gửi câu trả lời cho người báo."),
    Step.RESOLVE: _("Đã kết thúc nhiệm vụ."),
    "task-already-acknowledged": _("Đồng nghiệp của bạn đã xác nhận việc này trước. Không cần làm gì thêm."),
    "over": _("Nhiệm vụ này đã kết thúc, đã bị từ chối hoặc đã rút. Chưa ghi gì thêm."),
    "again": _("Không đọc được lần bấm vừa rồi. Hãy thử lại."),
}
"""What a page says after a step, or after one that came too late."""

FLAGS: Mapping[str, str] = {
    "flag.watchlist_hit": _("trúng danh sách theo dõi"),
    "flag.epidemic_area": _("đến từ vùng dịch"),
    "flag.bad_permit": _("giấy đi đường giả hoặc đã thu hồi"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one step of the trail led to: a marked label, and a marked or proper name behind it."""

    label: str
    name: str = ""
    tone: str = ""


VIOLATIONS: Mapping[str, str] = {
    ViolationKind.QUARANTINE_BREACH: _("bỏ cách ly"),
    ViolationKind.GATHERING: _("tụ tập đông người"),
    ViolationKind.NO_MASK: _("không đeo khẩu trang"),
    ViolationKind.ILLEGAL_ENTRY: _("vào thành phố trái phép"),
    ViolationKind.EVADING_CHECKPOINT: _("trốn chốt"),
    ViolationKind.PRICE_GOUGING: _("tăng giá"),
    ViolationKind.UNDECLARED_RETURN: _("về mà không khai báo"),
    ViolationKind.FALSE_DECLARATION: _("khai báo gian dối"),
    ViolationKind.FAKE_CERTIFICATE: _("giấy tờ giả"),
    ViolationKind.ILLEGAL_BUSINESS: _("mở cửa trái quy định"),
    ViolationKind.OTHER: _("vi phạm khác"),
}
_NAMED: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "urgency": (_("mức khẩn"), URGENCIES, ""),
    "symptom": (_("triệu chứng"), SYMPTOMS, "warning"),
    "agency": (_("giao cho"), {}, "accent"),
    "violation": (_("kiểu vi phạm"), VIOLATIONS, ""),
}
"""Effects of the form `symptom fever`: label, names, tone."""

_WEIGHTS = ("+", "-")
"""How an effect on a category goes on (`violation +1.5`); a kind of violation does not (`violation gathering`)."""

_FROM_AREA = Meaning(label=_("đến từ vùng dịch"), tone="danger")
_DENIED = Meaning(label=_("người báo nói là không; không tính"))
_SUPPOSED = Meaning(label=_("chỉ là giả định, hỏi hoặc nói về người khác; không tính"))


def meaning_of(reason: Reason) -> Meaning:
    """The effect of a trail step in words; what is not known by its form is shown as it stands."""
    kind, _space, rest = reason.effect.partition(" ")
    if reason.rule in FLAGS:
        return Meaning(label=_("cảnh báo"), name=FLAGS[reason.rule], tone="danger")
    if kind in _NAMED and not rest.startswith(_WEIGHTS):
        label, names, tone = _NAMED[kind]
        return Meaning(label=label, name=names.get(rest, rest), tone=_tone_of(rest) or tone)
    if reason.effect.endswith("not counted"):
        return _DENIED if kind == "negated," else _SUPPOSED
    if kind in CATEGORIES and rest.startswith(_WEIGHTS):
        return Meaning(label=_("nghiêng về"), name=CATEGORIES[kind])
    return _FROM_AREA if reason.effect == "from an epidemic area" else Meaning(label=reason.effect)


def _tone_of(urgency: str) -> str:
    return "danger" if urgency in ("emergency", "high") else ""
