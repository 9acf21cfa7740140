"""How times, numbers, numbers to dial, codes and urgencies are written, in either language.

Pages show Asia/Ho_Chi_Minh; the machine-readable `datetime` attribute stays in UTC.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import NullTranslations
from typing import Any

from markupsafe import Markup, escape

from shared.clock import HANOI
from shared.codes import group_code
from shared.errors import Text
from shared.web.language import Language
from shared.web.language import mark as _

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_WORRYING = 10
_SEPARATORS = {"vi": (".", ","), "en": (",", ".")}

URGENCIES: Mapping[str, str] = {
    "emergency": _("Khẩn cấp"),
    "high": _("Cao"),
    "normal": _("Thường"),
    "low": _("Thấp"),
}
"""The urgencies of the triage policy, most urgent first, and how they are called."""

_HOTLINE_DIGITS = 8
_MOBILE_DIGITS = 10


def iso(value: datetime) -> str:
    """UTC, whole seconds, `Z`: what `<time datetime>` carries."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def phone(number: str) -> str:
    """A Vietnamese number as people write it: `0905 123 456`, `1900 1075`, `115`; +84 becomes 0."""
    bare = "".join(character for character in number if character.isdigit() or character == "+")
    if bare.startswith("+84"):
        bare = "0" + bare[3:]
    if len(bare) == _HOTLINE_DIGITS:
        return f"{bare[:4]} {bare[4:]}"
    if len(bare) == _MOBILE_DIGITS:
        return f"{bare[:4]} {bare[4:7]} {bare[7:]}"
    return bare


def strain(seconds: float | None) -> str:
    """The tone of a delay: nothing up to 10 s, then warning, danger from a minute."""
    if not seconds or seconds <= _WORRYING:
        return ""
    return "danger" if seconds > _MINUTE else "warning"


def dial(number: str) -> str:
    """The `tel:` address of a number."""
    return "tel:" + "".join(character for character in number if character.isdigit() or character == "+")


@dataclass(frozen=True, slots=True)
class Formats:
    """The filters of one language."""

    language: Language
    translations: NullTranslations

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Every filter under the name templates use."""
        return {
            "local_time": self.local_time,
            "local_date": self.local_date,
            "clock": self.clock,
            "age": self.age,
            "number": self.number,
            "seconds": self.seconds,
            "grouped": group_code,
            "phone": phone,
            "dial": dial,
            "iso": iso,
            "translated": self.translated,
            "say": self.say,
            "urgency_label": self.urgency_label,
            "strain": strain,
        }

    def translated(self, label: str) -> str:
        """A label that Python code marked; plain text, so that autoescaping still applies."""
        return self.translations.gettext(label) if label else ""

    def say(self, text: Text | str) -> str:
        """The side of a two-language text that this page speaks; a string is what it is."""
        if isinstance(text, str):
            return text
        return text.en if self.language == "en" else text.vi

    def local_time(self, value: datetime) -> Markup:
        """`14:05, 23/11/2026`."""
        return _time(value, value.astimezone(HANOI).strftime("%H:%M, %d/%m/%Y"))

    def local_date(self, value: datetime) -> Markup:
        """`23/11/2026`."""
        return _time(value, value.astimezone(HANOI).strftime("%d/%m/%Y"))

    def clock(self, value: datetime, *, seconds: bool = False) -> Markup:
        """`14:05`, with seconds if asked: for "as of" marks, where the day is plain."""
        return _time(value, value.astimezone(HANOI).strftime("%H:%M:%S" if seconds else "%H:%M"))

    def age(self, value: datetime, now: datetime) -> Markup:
        """How long ago, in words; what lies ahead is said as such. The exact time is in the title."""
        seconds = (now - value).total_seconds()
        words = self.seconds(abs(seconds))
        if abs(seconds) < 1:
            text = self.translated(_("vừa xong"))
        elif seconds > 0:
            text = self.translated(_("%(age)s trước")) % {"age": words}
        else:
            text = self.translated(_("còn %(age)s")) % {"age": words}
        return _time(value, text, title=value.astimezone(HANOI).strftime("%H:%M:%S, %d/%m/%Y"))

    def seconds(self, value: float) -> str:
        """A duration in its largest whole unit: `45 giây`, `3 phút`, `2 giờ`, `5 ngày`."""
        ngettext = self.translations.ngettext
        if value < _MINUTE:
            count = int(value)
            return ngettext("%(count)s giây", "%(count)s giây", count) % {"count": count}
        if value < _HOUR:
            count = int(value // _MINUTE)
            return ngettext("%(count)s phút", "%(count)s phút", count) % {"count": count}
        if value < _DAY:
            count = int(value // _HOUR)
            return ngettext("%(count)s giờ", "%(count)s giờ", count) % {"count": count}
        count = int(value // _DAY)
        return ngettext("%(count)s ngày", "%(count)s ngày", count) % {"count": count}

    def number(self, value: float, decimals: int = 0) -> str:
        """`1.234,5` in Vietnamese, `1,234.5` in English."""
        thousands, point = _SEPARATORS[self.language]
        return f"{value:,.{decimals}f}".translate({ord(","): thousands, ord("."): point})

    def urgency_label(self, urgency: str) -> str:
        return self.translated(URGENCIES[str(urgency)])


def _time(value: datetime, text: str, title: str = "") -> Markup:
    hover = Markup(' title="{}"').format(title) if title else ""
    return Markup('<time datetime="{}"{}>{}</time>').format(iso(value), hover, escape(text))
