"""The one clock. Domain code never asks it: time comes in as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone of every page; stores and events are UTC."""


def now() -> datetime:
    """The present in UTC, whole milliseconds: what BSON keeps, so that a value read back equals the one written."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)
