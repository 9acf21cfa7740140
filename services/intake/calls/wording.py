"""What the console calls things, and how a code is spelled over a bad line."""

from collections.abc import Mapping, Sequence

from services.intake.calls.domain import CallStatus
from shared.codes import group_code
from shared.events.reports import CallOutcome
from shared.web.language import Language
from shared.web.language import mark as _

OUTCOMES: Mapping[CallOutcome, str] = {
    CallOutcome.COUNSELLING: _("Tư vấn"),
    CallOutcome.SCREENING: _("Hướng dẫn đi xét nghiệm, sàng lọc"),
    CallOutcome.ISOLATION: _("Hướng dẫn cách ly"),
    CallOutcome.TREATMENT: _("Chuyển khám, điều trị"),
    CallOutcome.OTHER: _("Việc khác"),
    CallOutcome.PRANK: _("Gọi phá, gọi nhầm"),
}

STATUSES: Mapping[CallStatus, str] = {
    CallStatus.RINGING: _("Đang đổ chuông"),
    CallStatus.ANSWERED: _("Đang nói"),
    CallStatus.MISSED: _("Gọi nhỡ"),
    CallStatus.ENDED: _("Đã ghi xong"),
}

_VIETNAMESE = (
    "0 không, 1 một, 2 hai, 3 ba, 4 bốn, 5 năm, 6 sáu, 7 bảy, 8 tám, 9 chín, A An, B Ba, C Cá, D Dừa, E Em, "
    "F Phim (ép), G Gà, H Huế, J Giò (ji), K Kem, M Mẹ, N Na, P Pin, Q Quế, R Rau, S Sông, T Tôm, V Voi, "
    "W vê kép, X Xe, Y Y tá (i dài), Z dét"
)
_ENGLISH = (
    "0 zero, 1 one, 2 two, 3 three, 4 four, 5 five, 6 six, 7 seven, 8 eight, 9 nine, A Alfa, B Bravo, C Charlie, "
    "D Delta, E Echo, F Foxtrot, G Golf, H Hotel, J Juliett, K Kilo, M Mike, N November, P Papa, Q Quebec, R Romeo, "
    "S Sierra, T Tango, V Victor, W Whiskey, X X-ray, Y Yankee, Z Zulu"
)


def _table(text: str) -> dict[str, str]:
    pairs = (entry.partition(" ") for entry in text.split(", "))
    return {sign: word for sign, _space, word in pairs}


_WORDS: Mapping[Language, Mapping[str, str]] = {"vi": _table(_VIETNAMESE), "en": _table(_ENGLISH)}


def spelled(code: str, language: Language) -> Sequence[Sequence[tuple[str, str]]]:
    """The groups of a code, each sign with the word to say for it: "A như An"."""
    return [[(sign, _WORDS[language][sign]) for sign in group] for group in group_code(code).split("-")]
