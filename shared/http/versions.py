"""ETag and If-Match: two people who change the same thing learn of each other."""

import re
from typing import Annotated

from fastapi import Depends, Header

from shared.errors import Stale, Text

_VERSION = re.compile(r'(?:W/)?"([0-9]{1,18})"')


def etag(version: int) -> str:
    """The ETag of a document's version: `"7"`."""
    return f'"{version}"'


async def _if_match(
    if_match: Annotated[
        str | None, Header(description="The ETag that was read; refused with 412 if it is gone.")
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    known = _VERSION.fullmatch(if_match.strip())
    if known is None:  # an ETag we never gave out names no version of ours: RFC 9110 13.1.1
        raise stale()
    return int(known[1])


IfMatch = Annotated[int | None, Depends(_if_match)]
"""The version the client read, or None where it doesn't say."""


def stale() -> Stale:
    """The refusal for a version that is gone."""
    return Stale(
        "stale",
        Text(
            "Đã có người thay đổi trong lúc này; hãy tải lại rồi sửa.",
            "Somebody changed this meanwhile; load it again and repeat your change.",
        ),
    )
