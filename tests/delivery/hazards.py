"""What kills a life, and when: drawn from the seed for each life anew."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random

from shared.failpoints import PLACES
from shared.settings import ServiceName

_OF_JOBS = ("claimed_job", "called")
_LONGEST_WALK = 20.0
_LONGEST_LIFE = 2.0
"""Seconds of work after which a life that met no failpoint is killed wherever it is."""
_NEVER_READY = 0.1
"""How many lives are killed while they begin."""
_LONGEST_BEGINNING = 1.5


def places_in(service: ServiceName) -> tuple[str, ...]:
    """The failpoints that a service passes; only notifications makes calls to others."""
    return tuple(place for place in PLACES if service == "notifications" or place not in _OF_JOBS)


@dataclass(frozen=True, slots=True)
class Hazard:
    """What one life has to expect.

    Attributes:
        failpoints: as `HAIVAN_FAILPOINTS` wants them.
        seed: of the failpoints.
        seconds: after which it is killed from outside, if it still lives.
        is_counted_from_ready: whether these seconds begin once it takes requests, or with its fork.
    """

    failpoints: str
    seed: str
    seconds: float
    is_counted_from_ready: bool = True


Draw = Callable[[ServiceName, int], Hazard]
"""The hazard of the n-th life of a service."""


def draw_hazard(seed: int, service: ServiceName, number: int) -> Hazard:
    """The hazard of the n-th life of a service: one place at which it soon dies, or a little of all of them."""
    life = f"{seed}/{service}/{number}"
    chance = Random(life)
    if chance.random() < _NEVER_READY:
        return Hazard("", life, chance.uniform(0.0, _LONGEST_BEGINNING), is_counted_from_ready=False)
    places = places_in(service)
    if chance.random() < 0.5:
        text = f"{chance.choice(places)}=kill:{chance.choice((1, 0.5, 0.1))}"
    else:
        text = ",".join(f"{place}=kill:0.05" for place in places)
    return Hazard(text, life, chance.uniform(0.1, _LONGEST_LIFE))


def draw_every_place_first(seed: int, met: Collection[tuple[str, str]]) -> Draw:
    """Each place of each service once, for certain; then as the seed has it. `met` grows as (service, place)."""

    def draw(service: ServiceName, number: int) -> Hazard:
        missing = [place for place in places_in(service) if (service, place) not in met]
        if not missing:
            return draw_hazard(seed, service, number)
        place = missing[number % len(missing)]
        # The relay has something to claim only where the publisher has failed.
        helping = ",published=raise:0.3" if place == "claimed" else ""
        return Hazard(f"{place}=kill:1{helping}", f"{seed}/{service}/{number}", _LONGEST_WALK)

    return draw
