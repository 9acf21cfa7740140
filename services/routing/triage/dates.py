"""Dates that are said: "20/7", "ngày 3 tháng 8", "hôm qua", "3 ngày trước", as ISO dates."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.clock import HANOI

_NUMERIC = re.compile(r"(?<![\d/.,-])(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(20\d\d|\d\d))?(?![\d/%]|[.,]\d)")
_WRITTEN = re.compile(
    r"(?:ngày|ngay|mùng|mồng|mung|mong)\s+(\d{1,2})\s+(?:tháng|thang|th)\s+(\d{1,2})"
    r"(?:\s+(?:năm|nam)\s+(20\d\d))?"
)
_AGO = re.compile(
    r"(\d{1,2}|một|hai|ba|bốn|năm|mot|bon)\s+(ngày|ngay|hôm|hom|bữa|bua|tuần|tuan|days?|weeks?)"
    r"\s+(trước|truoc|ago)"
)
_WORDS = re.compile(
    r"(?<!mấy )(?<!may )(?<!vài )(?<!vai )(?<!nhiều )"
    r"\b(hôm kia|hom kia|bữa kia|hôm qua|hom qua|bữa qua|tối qua|toi qua|đêm qua|dem qua|chiều qua|chieu qua|"
    r"sáng qua|hqua|yesterday|last night|hôm nay|hom nay|hnay|bữa ni|bữa nay|hôm ni|sáng nay|sang nay|trưa nay|"
    r"chiều nay|chieu nay|tối nay|toi nay|sáng ni|chiều ni|tối ni|đêm nay|today|this morning|tonight|"
    r"ngày mai|ngay mai|sáng mai|chiều mai|tối mai|mai(?= (?:đi|là|đến|có|tới|mới|phải|cấm))|"
    r"tomorrow|ngày mốt|ngày kia)\b"
)
_BACK = {"kia": -2, "qua": -1, "hqua": -1, "yesterday": -1, "night": -1, "mai": 1, "tomorrow": 1, "mốt": 2}
_NUMBERS = {"một": 1, "mot": 1, "hai": 2, "ba": 3, "bốn": 4, "bon": 4, "năm": 5}
_DATE_HINT = re.compile(r"\d|qua|nay|kia|mai|ni\b|yesterday|today|last night|tomorrow|this morning|tonight|mốt")
_NOT_A_DATE = re.compile(r"(?:đường|kiệt|số|hẻm|mũi|tỉ lệ|\d)\s*$")
_MOST = 12
_DIGITS_OF_A_YEAR = 4


def find_dates(text: str, now: datetime) -> tuple[str, ...]:
    """ISO dates in the order they are said; relative ones are counted from the day of `now`."""
    if not _DATE_HINT.search(text):
        return ()
    found = sorted(_all_dates(text, now.astimezone(HANOI).date()))[:_MOST]
    return tuple(dict.fromkeys(day.isoformat() for _, day in found))


def _all_dates(text: str, today: date) -> Iterator[tuple[int, date]]:
    for match in _NUMERIC.finditer(text):
        if not _NOT_A_DATE.search(text[max(0, match.start() - 10) : match.start()]):
            yield from _at(match.start(), match[1], match[2], match[3], today)
    for match in _WRITTEN.finditer(text):
        yield from _at(match.start(), match[1], match[2], match[3], today)
    for match in _AGO.finditer(text):
        count = _NUMBERS.get(match[1]) or int(match[1])
        yield match.start(), today - timedelta(days=count * (7 if match[2][0] in "tw" else 1))
    for match in _WORDS.finditer(text):
        last = match[0].split()[-1]
        ahead = 2 if match[0] == "ngày kia" else _BACK.get(last, 0)
        yield match.start(), today + timedelta(days=ahead)


def _at(place: int, day: str, month: str, year: str | None, today: date) -> Iterator[tuple[int, date]]:
    """Without a year the nearest one is meant: in January "28/12" is last year's."""
    try:
        if year:
            yield place, date(int(year) if len(year) == _DIGITS_OF_A_YEAR else 2000 + int(year), int(month), int(day))
            return
        choices = [date(today.year + step, int(month), int(day)) for step in (-1, 0, 1)]
    except ValueError:
        return
    yield place, min(choices, key=lambda choice: abs((choice - today).days))
