"""A call as it is spoken: "thở... không... ờ... không được nữa". Phrases are looked for as if it came in one go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Form, Words

_STOP = "."
_PAUSE = 2  # dots in a row
_PAUSED = f"{_STOP} {_STOP}"


@dataclass(frozen=True, slots=True)
class Fluent:
    """The words without pauses and fillers, and where each of them stands in the text."""

    words: Words
    places: Sequence[int]

    def in_text(self, hits: Iterable[Hit]) -> Iterable[Hit]:
        """Hits among these words as hits of the text."""
        places = self.places
        for hit in hits:
            gaps = tuple((places[start - 1] + 1, places[end]) for start, end in hit.gaps)
            yield hit._replace(start=places[hit.start], end=places[hit.end - 1] + 1, gaps=gaps)


def fluent(words: Words, fillers: frozenset[Form]) -> Fluent | None:
    """Without what only delays; None where nobody hesitates."""
    if fillers.isdisjoint(words.forms) and _PAUSED not in " ".join(words.keys):
        return None
    places = _telling_places(words, fillers)
    if len(places) == len(words.keys):
        return None
    kept = Words(
        words.text,
        [words.keys[place] for place in places],
        [words.forms[place] for place in places],
        [words.shown[place] for place in places],
        words.bare,
    )
    return Fluent(kept, places)


def _telling_places(words: Words, fillers: frozenset[Form]) -> list[int]:
    """A word that is said again behind a pause ("không... không được") is said once."""
    keys, forms = words.keys, words.forms
    kept: list[int] = []
    paused = False
    place, count = 0, len(keys)
    while place < count:
        after = _after_dots(keys, place)
        if after - place >= _PAUSE and after < count:
            paused, place = True, after
        elif forms[place] in fillers and _stands_alone(keys, place):
            paused, place = True, place + 1 + (keys[place + 1 : place + 2] == [","])
        else:
            if not (paused and kept and keys[kept[-1]] == keys[place]):
                kept.append(place)
            paused, place = False, place + 1
    return kept


def _after_dots(keys: Sequence[str], place: int) -> int:
    while place < len(keys) and keys[place] == _STOP:
        place += 1
    return place


def _stands_alone(keys: Sequence[str], place: int) -> bool:
    """Between stops, as in ", ờ," or "... ờ..."; a word inside a clause means something."""
    before = keys[place - 1] if place else _STOP
    after = keys[place + 1] if place + 1 < len(keys) else _STOP
    return not before[:1].isalnum() and not after[:1].isalnum()
