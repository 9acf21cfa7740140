"""Figures that mean something: a temperature, an oxygen saturation, an age."""

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


_TEMPERATURE = re.compile(
    r"(?<![\d.,/])(3[5-9]|4[0-2])(?:[.,](\d))?\s?(?:°\s?c?|độ\s?(?:c\b)?|do\b|c\b|o\s?c\b|degrees?|celsius)\s?(?:(rưỡi|ruoi)|(\d)(?!\d))?"
)
_FEVER_FIGURE = re.compile(
    r"(?:sốt|sot|fever|nhiệt độ|nhiet do|temperature|temp)\D{0,14}(3[5-9]|4[0-2])(?:[.,](\d))?(?![\d:])(?!\s?(?:tuổi|tuoi|tháng))"
)
_SPO2 = re.compile(
    r"(?:spo2|sp02|spo|kẹp tay|kep tay|máy kẹp|máy đo|kẹp ngón|kẹp đầu ngón|bão hòa|oxy\w*|oxi\w*|ô\s?xy|o2|saturation)(?:(?!nhịp|mạch|tim|huyết)[^\n]){0,40}?(?<!\d)([5-9]\d)(?![\d:])(?!\s?(?:tuổi|tuoi|giờ|phút|ngày|kg|lần|nhịp|k\b|ngàn))|(?<!\d)([5-9]\d)\s?%?\s?(?:spo2|oxy)"
)
_DECIMAL_DEGREES = re.compile(r"(?<![\d.,/])(3[7-9]|4[01])[.,](\d)(?![\d.,/])(?!\s?(?:%|k\b|kg|triệu|tr\b|ngàn|nghìn|km|m\b|tỷ|cm))")
_AGED_ABOUT = re.compile(
    r"(?:ngoài|trên|hơn|gần|ngót|đã|được|tròn|cỡ|tầm|ngoai|tren|gan)\s(6[5-9]|[7-9]\d)(?!\d|[.,]\d)(?!\s?(?:%|k\b|ngàn|nghìn|người|km|triệu|đồng|hộ|phần|lần|ca\b|phút|giờ|ngày|nguoi))"
)
_AGE = re.compile(r"(?<!\d)(\d{1,3})\s?(?:tuổi|tuoi|t\b|ty\b|years?[\s-]old|yo\b|y/o)")
_AGED = re.compile(r"(?:aged?|is|am)\s(\d{2})\b(?!\s?(?:%|km|day|week|month|°))")
_MONTHS = re.compile(
    r"(?:bé|be|con|cháu|chau|baby|nhóc|thằng cu|em bé|cu tí|con gái|con trai|đứa nhỏ|cháu nội|cháu ngoại|son|daughter)[^.!?\n]{0,24}?(?<!\d)(\d{1,2})(?:\s?tháng|\s?thang|[\s-]months?)(?!\s?\d)(?!\s?(?:nay|rồi|trước|qua))"
    r"|(?<!\d)(\d{1,2})\s?(?:tháng|thang|months?)[\s-]?(?:tuổi|tuoi|old)"
)
_HAS_FIGURE = re.compile(r"\d")
Figure = tuple[str, str]
"""A fact's name and the words that say it."""


def find_figures(text: str, limits: Thresholds) -> Iterator[Figure]:
    """What the figures of a text come to; the text is lower case and composed."""
    if not _HAS_FIGURE.search(text):
        return
    for pattern in (_TEMPERATURE, _FEVER_FIGURE, _DECIMAL_DEGREES):
        for match in pattern.finditer(text):
            yield from _temperature(match, limits)
    for match in _SPO2.finditer(text):
        yield from _saturation(match, limits)
    for pattern in (_AGE, _AGED, _AGED_ABOUT):
        for match in pattern.finditer(text):
            if limits.old_from <= int(match[1]) <= 115:  # noqa: PLR2004  nobody is older
                yield "old", match[0]
    for match in _MONTHS.finditer(text):
        if int(match[1] or match[2]) < limits.infant_months_to:
            yield "infant", match[0]


def _temperature(match: re.Match[str], limits: Thresholds) -> Iterator[Figure]:
    tenths = match[2] or (match.lastindex or 0) > 2 and ("5" if match[3] else match[4]) or "0"  # noqa: PLR2004
    degrees = float(f"{match[1]}.{tenths}")
    if degrees >= limits.fever_from:
        yield "symptom.fever", match[0]
    if degrees >= limits.high_fever_from:
        yield "high_fever", match[0]


def _saturation(match: re.Match[str], limits: Thresholds) -> Iterator[Figure]:
    percent = int(match[1] or match[2])
    if percent <= limits.low_spo2_to:
        yield "symptom.low_spo2", match[0]
    if percent <= limits.very_low_spo2_to:
        yield "very_low_spo2", match[0]
