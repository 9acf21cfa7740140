"""Places that are named, and whether somebody came from one that matters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Words, form_of, is_hard_stop

PLACE = "place."
_REACH = 5  # words between a place and the word that says somebody came from it


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str
    aliases: tuple[str, ...]
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class TravelWords:
    """Keys around a place: `from_before` ("từ"), `back` ("về"), `going` ("muốn đi")."""

    from_before: frozenset[str]
    back: frozenset[str]
    going: frozenset[str]


def folded(name: str) -> str:
    """A name as areas are compared: keys only."""
    return " ".join(form_of(word).key for word in name.lower().replace(".", " ").replace("-", " ").split())


def is_epidemic(place: Place, areas: Collection[str]) -> bool:
    """Whether a place is one of the current areas (folded names or ids), or abroad."""
    return place.abroad or any(folded(name) in areas for name in (place.id, place.name, *place.aliases))


def came_from(words: Words, hits: Sequence[Hit], travel: TravelWords) -> Hit | None:
    """The first of these places that somebody is said to have come from."""
    return next((hit for hit in hits if _is_origin(words.keys, hit, travel)), None)


def _is_origin(keys: Sequence[str], hit: Hit, travel: TravelWords) -> bool:
    before = _clause(keys, hit.start - 1, -1)
    after = _clause(keys, hit.end, 1)
    if any(key in travel.going for key in before[:3]):
        return False
    if before and before[0] in travel.from_before:
        return True
    if any(key in travel.back for key in after[:_REACH]):
        return True
    return any(key in travel.from_before for key in before[:3]) and any(key in travel.back for key in before[:_REACH])


def _clause(keys: Sequence[str], place: int, step: int) -> list[str]:
    found: list[str] = []
    while 0 <= place < len(keys) and len(found) < _REACH and not is_hard_stop(keys[place]):
        if keys[place][:1].isalnum():
            found.append(keys[place])
        place += step
    return found
