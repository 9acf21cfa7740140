"""Where a page of a list ended: a moment and an id, newest first."""

from datetime import UTC, datetime

from shared.errors import FieldProblem, Text, Unprocessable
from shared.http import decode_cursor, encode_cursor
from shared.text.moments import EARLIEST, LATEST

Position = tuple[datetime, str]

_WRONG = Text(
    "Con trỏ trang không đúng; hãy bắt đầu lại từ trang đầu.", "The cursor is wrong; begin at the first page."
)


def cursor_of(at: datetime, record_id: str) -> str:
    """The cursor of a page that ended with this record."""
    return encode_cursor(int(at.timestamp() * 1000), record_id)


def position_of(cursor: str | None) -> Position | None:
    """Where a page begins; None for the first.

    Raises:
        Unprocessable: the cursor is none of ours.
    """
    if cursor is None:
        return None
    milliseconds, record_id = decode_cursor(cursor, (int, str))
    if not EARLIEST.timestamp() <= milliseconds / 1000 < LATEST.timestamp():
        raise Unprocessable("invalid-fields", _WRONG, fields=[FieldProblem("cursor", _WRONG, "query")])
    return datetime.fromtimestamp(milliseconds / 1000, UTC), record_id
