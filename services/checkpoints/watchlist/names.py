"""Recognising names: diacritics, case and order do not matter, one slip of the pen is forgiven. Pure but for its key.

A name is found by keyed hashes, never by reading the list. Two names meet when they share one of these:
the folded letters, the same with one letter left out, the words in alphabetical order, or (from four words on) the
name without one of its middle words. Each key is as particular as a whole name, so that the work for one look-up is
the same for ten entries and for a million; what meets is then compared letter by letter.

What that comes to (tests/unit/services/checkpoints/watchlist/test_names.py holds it): every name is found that
differs in diacritics, case, order or one letter added, lost, changed or swapped with its neighbour, and one that lost
a middle word of at least four. The price: of two different people, those whose names are one letter apart ("An",
"Anh") look the same, which is why a name alone never decides more than a closer look.
"""

import hashlib
import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from shared.text import fold

_NOT_LETTERS = re.compile(r"[^a-z]+")
FEWEST_WORDS = 2
FEWEST_LETTERS = 6
"""Below, a name is no name but a syllable: half the road would match."""
_WORDS_THAT_MAY_LOSE_ONE = 4
_SLIPS = 1


def folded_name(name: str) -> str:
    """The words of a name in plain letters, one space between them: `"Lê Thị  Ánh"` → `"le thi anh"`."""
    return _NOT_LETTERS.sub(" ", fold(name)).strip()


def can_be_matched(folded: str) -> bool:
    """Whether a folded name says enough to look for somebody by it."""
    return len(folded.split()) >= FEWEST_WORDS and len(folded.replace(" ", "")) >= FEWEST_LETTERS


def is_same_name(one: str, other: str) -> bool:
    """Whether two folded names may be one person's."""
    left, right = one.split(), other.split()
    if OSA.distance("".join(left), "".join(right), score_cutoff=_SLIPS) <= _SLIPS or sorted(left) == sorted(right):
        return True
    return "".join(right) in _without_a_middle_word(left) or "".join(left) in _without_a_middle_word(right)


class NameKeys:
    """Makes the keyed hashes by which names meet.

    Args:
        key: 32 bytes for this purpose alone; without it the hashes tell nothing.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, folded: str) -> tuple[int, ...]:
        """The keys of a folded name, as 64-bit integers; none for one that says too little."""
        return tuple(sorted({self._hash(form) for form in forms(folded)})) if can_be_matched(folded) else ()

    def _hash(self, form: str) -> int:
        digest = hashlib.blake2b(form.encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big", signed=True)


def forms(folded: str) -> Iterable[str]:
    """What a name is hashed as; names that may be the same share at least one."""
    words = folded.split()
    joined = "".join(words)
    yield joined
    yield "~" + "".join(sorted(words))
    yield from _without_a_middle_word(words)
    for place in range(len(joined)):
        yield joined[:place] + joined[place + 1 :]


def _without_a_middle_word(words: list[str]) -> set[str]:
    if len(words) < _WORDS_THAT_MAY_LOSE_ONE:
        return set()
    return {"".join(words[:place] + words[place + 1 :]) for place in range(1, len(words) - 1)}
