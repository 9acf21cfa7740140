"""Figures that mean something: a temperature, an oxygen saturation, an age.

They are looked for in the keys of the words (no marks, no capitals, no doubled letters), joined by blanks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From the profile's rules: °C, % and years or months."""

    fever_from: float
    high_fever_from: float
    low_spo2_to: int
    very_low_spo2_to: int
    old_from: int
    infant_months_to: int


_DIGIT = re.compile(r"\d")
_OLDEST = 115
_DEGREES = re.compile(
    r"(?<![\d.,/])(3[5-9]|4[0-2])(?:[.,](\d))? ?(?:° ?c?\b|do\b(?: c\b)?|c\b|o c\b|degres?\b|celsius\b)"
    r"(?: (ruoi)| (\d)(?![\d.,]))?"
)
_DEGREES_GLUED = re.compile(r"(?<![\d.,/])(3[5-9]|4[0-2])(?:[.,](\d))?(?:do|oc|c)(\d)?\b")
_FEVER_FIGURE = re.compile(
    r"\b(?:sot|fever|nhiet do|nong|temperature|temp)\b\D{0,14}(3[5-9]|4[0-2])(?:[.,](\d))?"
    r"(?![\d:])(?! ?(?:tuoi|thang|ngay|nguoi|gio))"
)
_DECIMAL_DEGREES = re.compile(
    r"(?<![\d.,/])(3[7-9]|4[01]|(?<=\bdo )3[56])[.,](\d)(?![\d.,/])"
    r"(?! ?(?:%|k\b|kg|trieu|tr\b|ngan|nghin|km|m\b|ty|cm))"
)
_SATURATION = re.compile(
    r"\b(?:sats|sat(?=:? [5-9]\d ?%)|spo2|spo|sp02|oxy\w*|o xy|o2|saturation"
    r"|kep tay|may kep|may do|kep ngon|kep dau ngon|bao hoa)\b"
    r"(?:(?!nhip|mach|tim|huyet)[^\n]){0,40}?(?<!\d)([5-9]\d)(?![\d:])"
    r"(?! ?(?:tuoi|gio|phut|ngay|kg|lan|nhip|k\b|ngan))"
    r"|(?<!\d)([5-9]\d) ?%? ?(?:spo2|oxy)\b"
)
_DEVICE = re.compile(  # the oximeter is only "the machine": other words must speak of breath or oxygen
    r"\b(?:may(?: (?:o nha|do|kep|bao|nhay|chi|hien|ghi|nho|kia|keu tit tit))*|do (?:duoc|ra|con|dc|len)|so|nhay"
    r"|machine (?:says?|shows?)|oximeter(?: (?:says?|shows?|reads?))?|reading|chi so)"
    r"[ .:=]*(?:co |con |la |chi |only |so |is )*([78]\d|9[0-4])(?![\d:/.,])"
    r"(?! ?(?:kg|cm|tuoi|gio|phut|ngay|km|nhip|k\b|do\b))"
)
_OF_BREATH = re.compile(r"\b(?:tho|oxy|spo2|f0|tim|tai|kep|oximeter|breath\w*|blue|copd|sat|covid|ho)\b")
_PRESSURE = re.compile(r"\b(?:huyet ap|mach|nhip tim|pressure|pulse|duong huyet)\b")
_FALLEN = re.compile(
    r"\b(?:tu|from) (?:9\d|100) ?%? (?:\w+ ){0,3}?(?:xuong|con|to|down to)(?: con)? ([5-9]\d)(?![\d:])"
)
_AGE = re.compile(r"(?<!\d)(\d{2,3}) ?(?:tuoi|t\b|ty\b|years?\b(?: |-)?old|yo\b|y o\b)")
_AGED = re.compile(r"\b(?:aged?|is|am) (\d{2})\b(?! ?(?:%|km|day|wek|month|degre|°))")
_AGED_ABOUT = re.compile(
    r"\b(?:ngoai|tren|hon|gan|ngot|tron|co|tam) (6[5-9]|[7-9]\d)(?!\d|[.,]\d)"
    r"(?! ?(?:%|k\b|ngan|nghin|nguoi|km|trieu|dong|ho\b|phan|lan|ca\b|phut|gio|ngay|do\b|°|khach|em\b))"
)
_MONTHS = re.compile(
    r"\b(?:be|con|chau|baby|nhoc|thang cu|em be|cu ti|dua nho|son|daughter)\b[^.!?\n]{0,24}?(?<!\d)(\d{1,2})"
    r"(?: thang\b| months?\b)(?! ?\d)(?! ?(?:nay|roi|truoc|qua|ni))"
    r"|(?<!\d)(\d{1,2}) ?(?:thang|months?) ?-? ?(?:tuoi|old)\b"
)
NORMAL_TEMPERATURE = "no.symptom.fever"
_COLDEST = 35.5
Figure = tuple[str, str]
"""A fact's name and the words that say it."""


def find_figures(keys: str, limits: Thresholds) -> Iterator[Figure]:
    """What the figures of a text come to."""
    if not _DIGIT.search(keys):
        return
    for match in _matches(keys, _DEGREES, _DEGREES_GLUED, _FEVER_FIGURE, _DECIMAL_DEGREES):
        yield from _temperature(match, limits)
    for match in _matches(keys, _SATURATION):
        yield from _saturation(int(match[1] or match[2]), match[0], limits)
    if _OF_BREATH.search(keys) and not _PRESSURE.search(keys):
        for match in _matches(keys, _DEVICE, _FALLEN):
            yield from _saturation(int(match[1]), match[0], limits)
    yield from _ages(keys, limits)


def _matches(keys: str, *patterns: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(keys)


def _ages(keys: str, limits: Thresholds) -> Iterator[Figure]:
    for match in _matches(keys, _AGE, _AGED, _AGED_ABOUT):
        if limits.old_from <= int(match[1]) <= _OLDEST:
            yield "old", match[0]
    for match in _matches(keys, _MONTHS):
        if int(match[1] or match[2]) < limits.infant_months_to:
            yield "infant", match[0]


def _temperature(match: re.Match[str], limits: Thresholds) -> Iterator[Figure]:
    """`38,5 độ`, `38 độ 5`, `38 độ rưỡi`."""
    after = next((group for group in match.groups()[1:] if group), "0")
    degrees = float(f"{match[1]}.{'5' if after == 'ruoi' else after}")
    if degrees >= limits.fever_from:
        yield "symptom.fever", match[0]
    elif degrees >= _COLDEST:
        yield NORMAL_TEMPERATURE, match[0]
    if degrees >= limits.high_fever_from:
        yield "high_fever", match[0]


def _saturation(percent: int, words: str, limits: Thresholds) -> Iterator[Figure]:
    if percent <= limits.low_spo2_to:
        yield "symptom.low_spo2", words
    if percent <= limits.very_low_spo2_to:
        yield "very_low_spo2", words
