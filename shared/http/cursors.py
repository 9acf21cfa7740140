"""Pages of long lists: an opaque cursor instead of an offset, so that new entries shift nothing."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from shared.errors import FieldProblem, Refusal, Text, Unprocessable
from shared.strict_json import read_json

T = TypeVar("T")

_MAX_CURSOR = 512
_TEXT = Text(
    "Con trỏ trang không đúng; hãy bắt đầu lại từ trang đầu.", "The cursor is wrong; begin at the first page."
)

PageSize = Annotated[int, Query(ge=1, le=200, description="Entries on one page.")]
Cursor = Annotated[str | None, Query(max_length=_MAX_CURSOR, description="`next` of the page before.")]


class Page(BaseModel, Generic[T]):
    """One page: its entries, and the cursor of the next one (null on the last)."""

    items: list[T]
    next: str | None = None


def encode_cursor(*position: str | int | None) -> str:
    """The opaque form of where a page ended: the values of its sort keys."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: tuple[type[Any], ...]) -> tuple[Any, ...]:
    """The sort keys inside, checked against `kinds`; a client can make up a cursor, but no operator in it.

    Raises:
        Unprocessable: it is none of ours.
    """
    try:
        position = read_json(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, Refusal):
        raise _wrong() from None
    if not isinstance(position, list) or len(position) != len(kinds):
        raise _wrong()
    if any(type(value) is not kind for value, kind in zip(position, kinds, strict=True)):
        raise _wrong()
    return tuple(position)


def _wrong() -> Unprocessable:
    return Unprocessable("invalid-fields", _TEXT, fields=[FieldProblem("cursor", _TEXT, "query")])
