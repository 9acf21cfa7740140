"""Finds in folded text what identifies a person by number: phones, cards, e-mail addresses, plates.

Every pattern is bounded or atomic, so that 50 kB of hostile text costs milliseconds. Where a number may be a person's
it is taken for one; dates, short hotline numbers, measures and sums of money are not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from shared.identity.folding import Folded


class Kind(StrEnum):
    """What was found; the value is what stands in its place."""

    PHONE = "[SĐT]"
    CCCD = "[CCCD]"
    CMND = "[CMND]"
    PASSPORT = "[hộ chiếu]"
    NUMBER = "[số]"
    EMAIL = "[email]"
    PLATE = "[biển số]"
    NAME = "[tên]"
    ADDRESS = "[địa chỉ]"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the folded text."""

    start: int
    end: int
    kind: Kind


Check = Callable[[re.Match[str], Folded], Kind | None]
"""Looks at a match again: what it is, or None for nothing of ours."""

_DIGITS = re.compile(r"(?>\D*\d){4}")
"""Fewer digits in the whole text than the shortest plate has: most detectors need not look."""
_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")

_GAP = r"[ .\-_()]{0,3}"
_NO_DATE = r"(?!(?:0?[1-9]|[12]\d|3[01])[./\- ](?:0?[1-9]|1[0-2])[./\- ](?:19|20)\d\d(?!\d))"
_ZERO = r"(?:(?<!\d)0|(?<![\da-z])o)"
_DIGIT = r"[\do]"  # "o9o5…": the letter for the figure

_NATIONAL_PHONE = re.compile(
    rf"(?:\((?=0\d{{1,3}}\)))?{_NO_DATE}{_ZERO}(?:"  # (0234) 3822 123
    rf"[3-9](?:{_GAP}{_DIGIT}){{8}}"  # mobile, ten digits
    rf"|[12](?:{_GAP}{_DIGIT}){{9}}"  # landline and the mobile numbers of before 2018, eleven
    r"|[12]\d{8}"
    rf"|[ .\-]{{1,3}}{_DIGIT}(?:[ .\-]{{1,3}}{_DIGIT}){{8}}"  # digit by digit
    r"|[ .\-]\d{3}[ .\-]\d{3}[ .\-]\d{3,4}"  # 0 905 123 456
    r")(?!\d)"
)
_PHONE_WITH_COUNTRY = re.compile(
    rf"(?<!\d)(?:(?:\(?\+{_GAP}|00|\()84{_GAP}(?:0{_GAP})?[1-9](?:{_GAP}\d){{8}}(?:{_GAP}\d)?"
    rf"|84[35789](?:{_GAP}\d){{8}}"
    r"|84[ .\-][35789]\d(?:\d[ .\-]?\d{3}[ .\-]?\d{3}|[ .\-]?\d{3}[ .\-]?\d{4})"
    rf"|\+{_GAP}[1-9](?:{_GAP}\d){{7,14}})(?!\d)"
)
_SLASHED_PHONE = re.compile(r"(?<!\d)0\d{3}/\d{3}/\d{3}(?!\d)")

_CCCD = re.compile(
    rf"(?<!\d){_NO_DATE}0(?:\d\d[ .\-]\d{{3}}[ .\-]\d{{3}}[ .\-]\d{{3}}|\d{{3}}[ .\-]\d{{4}}[ .\-]\d{{4}}"
    r"|\d{5}[ .\-]\d{6}|\d\d[ .\-]\d{3}[ .\-]\d{6}|\d\d[ .\-]\d[ .\-]\d\d[ .\-]\d{6}|\d\d[ .\-]\d{9})(?!\d)"
)
_NAMED_CARD = re.compile(
    r"(?:cmnd|cmt|cccd|chung minh(?: thu| nhan dan)?|can cuoc(?: cong dan)?|dinh danh(?: ca nhan)?)"
    r"[ :.\-]{0,3}(?:so|la|so la)?[ :.\-]{0,3}(?P<number>\d(?:[ .\-]{0,2}\d){7,13})(?!\d)"
)
_GROUPED_CMND = re.compile(rf"(?<![\d.,]){_NO_DATE}\d{{3}}([ \-])\d{{3}}\1\d{{3}}(?!\d|[.,]\d|[ \-]\d{{3}}(?!\d))")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{9,}")
_PASSPORT = re.compile(r"(?<![a-z\d])[a-z]\d{7,8}(?![\da-z])")
_MONEY = re.compile(r"[ ]?(?:d|dong|vnd|usd|nghin|ngan|trieu|ty)(?![a-z])")

_WORD = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|linh|le)"
_SPOKEN = re.compile(
    rf"(?<![a-z\d])(?>(?:{_WORD}|\d{{1,4}})(?![a-z\d])(?:[ ,.\-]{{1,3}}(?:{_WORD}|\d{{1,4}})(?![a-z\d])){{5,40}})"
)
_SPOKEN_PART = re.compile(rf"{_WORD}|\d+")
_FEWEST_SPOKEN_DIGITS = 9
_FEWEST_SPOKEN_WORDS = 3

_PLATE = re.compile(
    r"(?<![\da-z])[1-9]\d[ .\-_]{0,3}([a-z]{1,2})(\d?)[ .\-_]{0,3}(\d{3}[. ]\d{2}|\d{4,5})(?![\da-z])"
)
_NAMED_PLATE = re.compile(
    r"(?:bien (?:so|kiem soat)|bks|bsx)(?: xe)?[ :.\-]{1,3}"
    r"(?P<number>[a-z]{0,3}[ .\-]?\d{2,5}[a-z]{0,2}\d?(?:[ .\-]?\d{2,5}){0,2})(?![\da-z])"
)
_UNITS = frozenset({"h", "g", "k", "m", "l", "kg", "km", "cm", "mm", "ml", "mg", "tr"})
_FEWEST_PLATE_DIGITS = 4

_AT = re.compile(r" ?(?:@|[(\[] ?(?:at|a cong|a moc) ?[)\]]|(?<= )a (?:cong|moc)(?= )) ?")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_DOMAIN = re.compile(r"[a-z\d\-]+(?>(?:\.| ?(?:\(dot\)|\[dot\]|\(cham\)|\[cham\]) ?| cham )[a-z\d\-]+)+")


def find_numbers(folded: Folded) -> tuple[list[Span], str]:
    """What was found, and the folded text with those places blanked, for whoever looks on."""
    found: list[Span] = []
    rest = _UUID.sub(lambda match: "\1" * len(match[0]), folded.plain)  # our own ids hold no one's number
    rest = _take_emails(rest, found)
    has_digits = _DIGITS.match(rest) is not None
    for pattern, check in _DETECTORS if has_digits else _DETECTORS_OF_WORDS:
        rest = _take(pattern, check, rest, folded, found)
    return found, rest


def _take(pattern: re.Pattern[str], check: Check, text: str, folded: Folded, found: list[Span]) -> str:
    """Records each match that `check` confirms and blanks it, so that no later detector sees half of it."""
    group = "number" if "number" in pattern.groupindex else 0

    def blank(match: re.Match[str]) -> str:
        kind = check(match, folded)
        if kind is None:
            return match[0]
        found.append(Span(match.start(group), match.end(group), kind))
        return match[0].replace(match[group], "\0" * len(match[group]))

    return pattern.sub(blank, text)


def _take_emails(text: str, found: list[Span]) -> str:
    """From each @ (or "a còng") as far as an address goes both ways; no character is looked at thrice."""
    pieces, taken = [], 0
    for at in _AT.finditer(text):
        start = at.start()
        while start > taken and text[start - 1] in _LOCAL:
            start -= 1
        domain = _DOMAIN.match(text, at.end())
        if start == at.start() or domain is None:
            continue
        found.append(Span(start, domain.end(), Kind.EMAIL))
        pieces += [text[taken:start], "\0" * (domain.end() - start)]
        taken = domain.end()
    return "".join([*pieces, text[taken:]])


def _always(kind: Kind) -> Check:
    return lambda _match, _folded: kind


def _unless_money(match: re.Match[str], folded: Folded) -> Kind | None:
    if not match[0].startswith("0") and _MONEY.match(folded.plain, match.end()):
        return None
    return _BY_LENGTH.get(sum(sign.isdigit() for sign in match[0]), Kind.NUMBER)


def _card(match: re.Match[str], _folded: Folded) -> Kind:
    return _BY_LENGTH.get(sum(sign.isdigit() for sign in match["number"]), Kind.NUMBER)


def _spoken(match: re.Match[str], _folded: Folded) -> Kind | None:
    parts = _SPOKEN_PART.findall(match[0])
    words = sum(not part.isdigit() for part in parts)
    digits = words + sum(len(part) for part in parts if part.isdigit())
    return Kind.PHONE if words >= _FEWEST_SPOKEN_WORDS and digits >= _FEWEST_SPOKEN_DIGITS else None


def _plate(match: re.Match[str], folded: Folded) -> Kind | None:
    """A plate, unless it reads as a measure and a figure after it ("10kg 20000", "15h 2026")."""
    letters, series, number = match.groups()
    original = folded.slice(*match.span(1))
    is_measure = letters in _UNITS and original.islower() and not series and number.isdigit()
    is_figure = len(number) == _FEWEST_PLATE_DIGITS or number.endswith("00")
    return None if is_measure and is_figure and " " in match[0] else Kind.PLATE


def _named_plate(match: re.Match[str], _folded: Folded) -> Kind | None:
    return Kind.PLATE if sum(sign.isdigit() for sign in match["number"]) >= _FEWEST_PLATE_DIGITS else None


_BY_LENGTH = {9: Kind.CMND, 12: Kind.CCCD}

_DETECTORS: tuple[tuple[re.Pattern[str], Check], ...] = (
    (_PLATE, _plate),
    (_NAMED_PLATE, _named_plate),
    (_CCCD, _always(Kind.CCCD)),
    (_NAMED_CARD, _card),
    (_PHONE_WITH_COUNTRY, _always(Kind.PHONE)),
    (_NATIONAL_PHONE, _always(Kind.PHONE)),
    (_SLASHED_PHONE, _always(Kind.PHONE)),
    (_PASSPORT, _always(Kind.PASSPORT)),
    (_GROUPED_CMND, _unless_money),
    (_LONG_NUMBER, _unless_money),
    (_SPOKEN, _spoken),
)
"""In this order: what is more specific goes first."""
_DETECTORS_OF_WORDS = ((_SPOKEN, _spoken),)
