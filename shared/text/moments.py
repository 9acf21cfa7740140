"""Moments and days as clients send them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from shared.errors import FieldProblem, Text, Unprocessable
from shared.text.refusals import invalid

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_WRITTEN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_moment(value: object) -> object:
    """Only ISO 8601 with an offset: pydantic alone would also read numbers as Unix time."""
    if isinstance(value, datetime) or (isinstance(value, str) and _WRITTEN.fullmatch(value)):
        return value
    raise invalid(
        "timestamp",
        "Hãy gửi thời điểm có múi giờ, ví dụ 2026-11-23T08:30:00+07:00.",
        "Send a moment with its offset, for example 2026-11-23T08:30:00+07:00.",
    )


def _written_day(value: object) -> object:
    if (isinstance(value, date) and not isinstance(value, datetime)) or (
        isinstance(value, str) and _WRITTEN_DAY.fullmatch(value)
    ):
        return value
    raise invalid("day", "Hãy gửi ngày như 2026-11-23.", "Send a day such as 2026-11-23.")


def _impossible() -> Exception:
    return invalid(
        "moment_out_of_range",
        "Thời gian phải nằm trong khoảng năm 1900 đến 2199; hãy xem lại.",
        "The time must lie between the years 1900 and 2199; check it.",
    )


def _utc(moment: datetime) -> datetime:
    try:
        present = moment.astimezone(UTC)
    except OverflowError as fault:
        raise _impossible() from fault
    if not EARLIEST <= present < LATEST:
        raise _impossible()
    return present.replace(microsecond=present.microsecond // 1000 * 1000)  # what BSON keeps


def _storable_day(day: date) -> date:
    if not EARLIEST.date() <= day < LATEST.date():
        raise _impossible()
    return day


Timestamp = Annotated[AwareDatetime, BeforeValidator(_written_moment), AfterValidator(_utc)]
"""An aware moment, in UTC and whole milliseconds once read."""

Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_storable_day)]
"""A calendar day in Vietnam."""


def require_plausible(
    at: datetime,
    now: datetime,
    *,
    field: str = "at",
    ahead: timedelta = timedelta(days=1),
    since: datetime = EARLIEST,
) -> datetime:
    """`at` itself, if it lies in `since` … `now + ahead`.

    A day ahead is allowed by default since phones' clocks are wrong more often than people are.

    Raises:
        Unprocessable: the moment lies in the far future or past; the problem names `field`.
    """
    if since <= at <= now + ahead:
        return at
    text = Text(
        "Thời điểm nằm ngoài khoảng hợp lý; hãy xem lại ngày giờ trên thiết bị.",
        "The moment is not plausible; check the date and time of the device.",
    )
    raise Unprocessable("implausible-time", text, fields=[FieldProblem(field, text)])
