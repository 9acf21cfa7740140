"""Finds planted values in anything that was written: logs, records, documents, pages.

A plain search for each of some ten thousand values would be slow, and would find plates in hexadecimal digests. This
one picks out what has the form of a phone, an identity number, a plate, an e-mail address or a name, and looks it up.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from deploy.demo.actions import Canary
from deploy.demo.spelling import bare, compact_plate

# Not inside a longer run of letters, figures and hyphens, which is what ids and digests are. Matching is done from
# every position anew, so that one number cannot hide the next.
_EDGE, _END = r"(?<![0-9A-Za-z+-])", r"(?![0-9A-Za-z-])"
_PHONE = re.compile(rf"{_EDGE}(?=((?:\+?84[ .\-]?|0)\d{{3}}[ .\-]?\d{{3}}[ .\-]?\d{{3}}){_END})")
_CCCD = re.compile(rf"{_EDGE}(?=(\d{{3}}[ .]?\d{{3}}[ .]?\d{{6}}){_END})")
_PLATE = re.compile(rf"{_EDGE}(?=(\d{{2}}[A-Za-z]{{1,2}}\d?[ \-]?\d{{3}}\.?\d{{2}}){_END})")
_EMAIL = re.compile(r"[a-z0-9.]+@thu\.example", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_WORD = re.compile(r"[a-z]+")


class PlantedSearch:
    """Looks for the canaries of a day."""

    def __init__(self, planted: Iterable[Canary]) -> None:
        self._values: dict[tuple[str, str], Canary] = {}
        self._names: dict[tuple[str, str], list[tuple[tuple[str, ...], Canary]]] = {}
        self._odd_plates: list[tuple[re.Pattern[str], Canary]] = []
        for canary in planted:
            self._learn(canary)

    def found_in(self, text: str) -> tuple[Canary, ...]:
        """The canaries in a text, each as often as it stands there. JSON's and logs' escapes are read."""
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\\n", "\n").replace("\\t", "\t")
        return (*self._numbers_in(plain), *self._plates_in(plain), *self._names_in(plain))

    def _learn(self, canary: Canary) -> None:
        if canary.kind == "name":
            words = tuple(_WORD.findall(bare(canary.value).lower()))
            self._names.setdefault((words[0], words[1]), []).append((words, canary))
            return
        self._values[canary.kind, canary.value.lower()] = canary
        for written in canary.spellings:
            if canary.kind == "plate" and not _PLATE.match(written):
                pattern = re.compile(rf"{_EDGE}{re.escape(written)}{_END}", re.IGNORECASE)
                self._odd_plates.append((pattern, canary))

    def _numbers_in(self, text: str) -> Iterator[Canary]:
        for found in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", found[1])
            yield from self._known("phone", "0" + digits.removeprefix("84") if found[1][0] != "0" else digits)
        for found in _CCCD.finditer(text):
            yield from self._known("cccd", re.sub(r"\D", "", found[1]))
        for found in _EMAIL.finditer(text):
            yield from self._known("email", found[0].lower())

    def _plates_in(self, text: str) -> Iterator[Canary]:
        for found in _PLATE.finditer(text):
            yield from self._known("plate", compact_plate(found[1]).lower())
        for pattern, canary in self._odd_plates:
            yield from (canary for _ in pattern.finditer(text))

    def _names_in(self, text: str) -> Iterator[Canary]:
        words = _WORD.findall(bare(text).lower())
        for position, pair in enumerate(pairwise(words)):
            for name, canary in self._names.get(pair, ()):
                if tuple(words[position : position + len(name)]) == name:
                    yield canary

    def _known(self, kind: str, value: str) -> Iterator[Canary]:
        canary = self._values.get((kind, value))
        if canary is not None:
            yield canary
