"""Places that are named, and whether somebody came from one that matters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Words, form_of, is_hard_stop

PLACE = "place."
_BEFORE, _AFTER = 2, 4  # words around a place that can say somebody came from it
_CLAUSE = 9
_SENTENCE = 16


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    aliases: tuple[str, ...]
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class TravelWords:
    """Keys around a place: `from_before` ("từ X"), `stayed_before` ("ở X … về"), `back`, `onward`, `arrived`."""

    from_before: frozenset[str]
    stayed_before: frozenset[str]
    back: frozenset[str]
    onward: frozenset[str]
    arrived: frozenset[str]
    wishing: frozenset[str]


def folded(name: str) -> str:
    """A name as areas are compared: keys only."""
    return " ".join(form_of(word).key for word in name.lower().replace(".", " ").replace("-", " ").split())


def is_epidemic(place: Place, areas: Collection[str]) -> bool:
    """Whether a place is one of the current areas (folded names or ids), or abroad."""
    return place.abroad or any(folded(name) in areas for name in (place.id, place.name, *place.aliases))


def came_from(words: Words, hits: Sequence[Hit], travel: TravelWords, *, asking: bool) -> Hit | None:
    """The first of these places that somebody is said to have come from.

    Who is only `asking` ("từ Đà Nẵng vào Huế cần giấy gì") has not come, unless a word says so ("mới", "hôm qua").
    """
    for hit in hits:
        if _is_origin(words.keys, hit, travel) and (not asking or _has_arrived(words.keys, hit, travel)):
            return hit
    return None


def _is_origin(keys: Sequence[str], hit: Hit, travel: TravelWords) -> bool:
    before = _clause(keys, hit.start - 1, -1, _BEFORE)
    after = _clause(keys, hit.end, 1, _AFTER)
    if any(key in travel.from_before for key in before):
        return True
    if any(key in travel.back for key in after):
        return not (before and before[0] in travel.back)
    if before and before[0] in travel.stayed_before:
        return any(key in travel.onward for key in after) or _returns_later(keys, hit, travel)
    return hit.end < len(keys) and keys[hit.end] in "-–" and before[:1] != ["di"]  # a route: "Sài Gòn - Huế"


def _returns_later(keys: Sequence[str], hit: Hit, travel: TravelWords) -> bool:
    """`ở Thủ Đức, hết đường mưu sinh nên đi bộ về tới Huế`: the word for coming stands further on."""
    later = _clause(keys, hit.end, 1, _SENTENCE)
    turn = next((place for place, key in enumerate(later) if key in travel.back), None)
    return turn is not None and not any(key in travel.wishing for key in later[:turn])


def _has_arrived(keys: Sequence[str], hit: Hit, travel: TravelWords) -> bool:
    around = _clause(keys, hit.start - 1, -1, _CLAUSE) + _clause(keys, hit.end, 1, _CLAUSE)
    return any(key in travel.arrived for key in around)


def _clause(keys: Sequence[str], place: int, step: int, most: int) -> list[str]:
    found: list[str] = []
    while 0 <= place < len(keys) and len(found) < most and not is_hard_stop(keys[place]):
        if keys[place][:1].isalnum():
            found.append(keys[place])
        place += step
    return found
