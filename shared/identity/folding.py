"""Text as detectors see it: lower case, no diacritics, plain digits, with the way back to the original places."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DROPPED = frozenset({"Mn", "Me", "Cf"})
"""Combining marks (text in NFD, keycaps) and zero-width characters: nothing hides a number by standing in it."""
_SINGLE = {"đ": "d", "Đ": "d", "。": ".", "·": ".", "•": "."}
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


@dataclass(frozen=True, slots=True)
class Folded:
    """`plain` is the folded text; `places[i]` says where its character `i` stands in `original`."""

    original: str
    plain: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of a folded one, with whatever was dropped inside and right behind it."""
        last = self.places[end] if end < len(self.places) else len(self.original)
        return self.places[start], last

    def slice(self, start: int, end: int) -> str:
        """The original text of a folded span."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str) -> Folded:
    """The text folded character by character."""
    signs = [_FOLDS[sign] for sign in text]
    plain = "".join(signs)
    if len(plain) == len(text):
        return Folded(text, plain, range(len(text)))
    return Folded(text, plain, [place for place, sign in enumerate(signs) if sign])


class _Folds(dict[str, str]):
    """Each character's folded form, worked out when first met; never longer than one character."""

    def __missing__(self, sign: str) -> str:
        folded = _fold(sign)
        if len(self) < 100_000:  # noqa: PLR2004 - all of Unicode would be 1.1 million
            self[sign] = folded
        return folded


def _fold(sign: str) -> str:
    if (digit := unicodedata.digit(sign, None)) is not None:
        return str(digit)
    if sign in _SINGLE:
        return _SINGLE[sign]
    if unicodedata.category(sign) in _DROPPED:
        return ""
    kept = [part for part in unicodedata.normalize("NFKD", sign) if unicodedata.category(part) not in _DROPPED]
    plain = kept[0].lower() if len(kept) == 1 else sign
    if plain in _DASHES:
        return "-"
    return plain if len(plain) == 1 else sign


_FOLDS = _Folds()
