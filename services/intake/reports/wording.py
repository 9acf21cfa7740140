"""What the pages call things: the six kinds, the signs of danger, where a report stands. Vietnamese, marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.intake.reports.domain import SevereSign
from shared.events.reports import ReportKind
from shared.profile import Profile
from shared.text import fold
from shared.web.language import Language
from shared.web.language import mark as _

Say = Callable[[str], str]
"""A marked label in the language of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWords:
    """How one kind of report is spoken of.

    Attributes:
        name: on the front page's button, as what the reporter wants to do.
        about: the line below it.
        question: over the large field of the form.
        example: what such a report may look like.
        asks_signs: whether the signs of danger are asked for.
        asks_whom: whether it is about a person, who may be somebody else.
        script: what a call-taker asks, in order.
    """

    name: str
    about: str
    question: str
    example: str
    asks_signs: bool = False
    asks_whom: bool = False
    script: tuple[str, ...]


KINDS: Mapping[ReportKind, KindWords] = {
    ReportKind.SUSPECTED_INFECTION: KindWords(
        name=_("Báo người nghi nhiễm"),
        about=_("Sốt, ho, đau họng, mất mùi vị, tiếp xúc ca bệnh"),
        question=_("Người này bị sao?"),
        example=_("Ví dụ: Sốt 38 độ và ho từ hôm qua, ba ngày trước đi Đà Nẵng về."),
        asks_signs=True,
        asks_whom=True,
        script=(
            _("Có khó thở, tím môi, lơ mơ, co giật, đau ngực không? Nếu có: bảo gọi 115 ngay."),
            _("Sốt bao nhiêu độ, ho, đau họng, mất mùi vị? Từ ngày nào?"),
            _("14 ngày qua đi đâu, gặp ai bị bệnh không?"),
            _("Bao nhiêu tuổi, có thai hay bệnh nền gì không?"),
            _("Đang ở đâu, ở cùng những ai?"),
            _("Số điện thoại nào gọi lại được?"),
        ),
    ),
    ReportKind.MEDICAL_SUPPORT: KindWords(
        name=_("Xin hỗ trợ y tế"),
        about=_("Cần khám, thuốc, xe chuyển viện, chăm sóc tại nhà"),
        question=_("Bạn cần giúp gì?"),
        example=_("Ví dụ: Mẹ tôi 70 tuổi, hết thuốc tiểu đường, đang cách ly ở nhà."),
        asks_signs=True,
        asks_whom=True,
        script=(
            _("Có khó thở, tím môi, lơ mơ, co giật, đau ngực không? Nếu có: bảo gọi 115 ngay."),
            _("Cần gì: khám, thuốc, xe chuyển viện, chăm sóc tại nhà?"),
            _("Bao nhiêu tuổi, bệnh nền gì, đang dùng thuốc gì?"),
            _("Có đang cách ly không? Có ai bên cạnh không?"),
            _("Địa chỉ và số điện thoại để đến hoặc gọi lại?"),
        ),
    ),
    ReportKind.VIOLATION: KindWords(
        name=_("Báo vi phạm phòng dịch"),
        about=_("Trốn cách ly, tụ tập, không khai báo. Danh tính được giữ kín"),
        question=_("Chuyện gì, ở đâu, lúc nào?"),
        example=_("Ví dụ: Quán cà phê số 5 vẫn mở và đông khách lúc 9 giờ tối nay."),
        script=(
            _("Chuyện gì, ở đâu, từ lúc nào, khoảng bao nhiêu người?"),
            _("Bây giờ còn đang diễn ra không?"),
            _("Có ai bị đe dọa không? Nếu có: bảo gọi 113."),
            _("Người báo có muốn giữ kín danh tính không?"),
        ),
    ),
    ReportKind.MISINFORMATION: KindWords(
        name=_("Hỏi tin thật hay giả"),
        about=_("Gửi tin đồn, bài đăng, tin nhắn để kiểm chứng"),
        question=_("Tin đó nói gì, bạn thấy ở đâu?"),
        example=_("Ví dụ: Trên Zalo có tin ngày mai phong tỏa cả thành phố, có đúng không?"),
        script=(
            _("Tin nói gì, đúng từng chữ nếu được?"),
            _("Thấy ở đâu: Facebook, Zalo, người quen nói? Từ lúc nào?"),
            _("Dặn: đừng chia sẻ tiếp khi chưa có trả lời."),
        ),
    ),
    ReportKind.QUESTION: KindWords(
        name=_("Đặt câu hỏi"),
        about=_("Đi lại, cách ly, xét nghiệm, tiêm chủng, giấy tờ"),
        question=_("Bạn muốn hỏi gì?"),
        example=_("Ví dụ: Tôi từ Đà Nẵng về Huế thì có phải cách ly không?"),
        script=(
            _("Câu hỏi là gì? Hỏi cho ai?"),
            _("Đang ở đâu, sắp đi đâu, ngày nào?"),
            _("Muốn được trả lời qua trang theo dõi hay gọi lại?"),
        ),
    ),
    ReportKind.EDUCATION_SUPPORT: KindWords(
        name=_("Hỗ trợ học tập"),
        about=_("Học sinh cách ly, học trực tuyến, thi cử"),
        question=_("Cần hỗ trợ gì cho việc học?"),
        example=_("Ví dụ: Con tôi lớp 6 phải cách ly, không có máy để học trực tuyến."),
        asks_whom=True,
        script=(
            _("Học sinh lớp mấy, trường nào?"),
            _("Cần gì: máy, mạng, bài vở, dời thi?"),
            _("Đang cách ly đến ngày nào?"),
            _("Phụ huynh nào và số điện thoại nào để nhà trường gọi?"),
        ),
    ),
}

SIGNS: Mapping[SevereSign, str] = {
    SevereSign.CANNOT_BREATHE: _("Khó thở, thở không ra hơi"),
    SevereSign.BLUE_LIPS: _("Môi hoặc mặt tím tái"),
    SevereSign.UNCONSCIOUS: _("Lơ mơ, gọi không tỉnh"),
    SevereSign.CONVULSION: _("Co giật"),
    SevereSign.CHEST_PAIN: _("Đau ngực dữ dội"),
    SevereSign.HEAVY_BLEEDING: _("Chảy máu nhiều"),
}
"""What means "call 115", in plain words."""


def kind_of(text: str) -> ReportKind | None:
    """The kind that an address names, if it names one."""
    return ReportKind(text) if text in set(ReportKind) else None


def kind_options(say: Say) -> list[tuple[str, str]]:
    """The kinds, to choose from."""
    return [(kind, say(words.name)) for kind, words in KINDS.items()]


def sign_options(say: Say) -> list[tuple[str, str]]:
    """The signs of danger, to tick."""
    return [(sign, say(label)) for sign, label in SIGNS.items()]


def ward_options(profile: Profile, language: Language) -> list[tuple[str, str]]:
    """The wards by name, to choose from."""
    titles = [(ward.id, ward.title.en if language == "en" else ward.title.vi) for ward in profile.wards]
    return sorted(titles, key=lambda option: fold(option[1]))
