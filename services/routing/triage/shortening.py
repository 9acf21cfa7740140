"""Bounds the work on very long texts: the beginning, the end, and what stands around telling words."""

import re
from collections.abc import Collection

from services.routing.triage.writing import form_of

_WHOLE = 6_000  # characters; reports hold at most 4,000
_HEAD, _TAIL, _AROUND = 3_000, 1_000, 120
_MOST_WINDOWS = 12
_WORD = re.compile(r"[^\W\d_]{1,12}")


def shortened(text: str, telling: Collection[str]) -> str:
    """The text itself when it is of usual length, else its telling parts, as sentences of their own.

    `telling` holds the keys of words and of pairs of words with which urgent phrases begin.
    """
    if len(text) <= _WHOLE:
        return text
    middle = text[_HEAD:-_TAIL]
    parts = [text[:_HEAD]]
    last, before = -1, ""
    for found in _WORD.finditer(middle):
        key = form_of(found[0].lower()).key
        pair, before = f"{before} {key}", key
        if found.start() > last and (pair in telling or key in telling):
            parts.append(middle[max(0, found.start() - _AROUND) : found.start() + _AROUND])
            last = found.start() + _AROUND
            if len(parts) > _MOST_WINDOWS:
                break
    return " .\n".join([*parts, text[-_TAIL:]])
