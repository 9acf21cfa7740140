"""Bounds the work on very long texts: the beginning, the end, and what stands around telling words."""

import re
from collections.abc import Collection

from services.routing.triage.writing import form_of

_WHOLE = 6_000  # characters; reports hold at most 4,000
_HEAD, _TAIL, _AROUND = 3_000, 1_000, 120
_MOST_WINDOWS = 8
_WORD = re.compile(r"[^\W\d_]{2,12}")


def shortened(text: str, telling: Collection[str]) -> str:
    """The text itself when it is of usual length, else its telling parts, as sentences of their own."""
    if len(text) <= _WHOLE:
        return text
    middle = text[_HEAD:-_TAIL]
    parts = [text[:_HEAD]]
    last = -1
    for found in _WORD.finditer(middle):
        if found.start() > last and form_of(found[0].lower()).key in telling:
            parts.append(middle[max(0, found.start() - _AROUND) : found.start() + _AROUND])
            last = found.start() + _AROUND
            if len(parts) > _MOST_WINDOWS:
                break
    return " .\n".join([*parts, text[-_TAIL:]])
