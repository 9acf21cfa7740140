"""What kills a life, and when: drawn from the seed for each life anew."""

from dataclasses import dataclass
from random import Random

from shared.failpoints import PLACES
from shared.settings import ServiceName

_OF_JOBS = ("claimed_job", "called")
_LONGEST_LIFE = 4.0
"""Seconds after which a life that met no failpoint is killed wherever it is."""


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
    """

    failpoints: str
    seed: str
    seconds: float


def draw_hazard(seed: int, service: ServiceName, number: int) -> Hazard:
    """The hazard of the n-th life of a service: one place at which it soon dies, or a little of all of them."""
    chance = Random(f"{seed}/{service}/{number}")
    places = places_in(service)
    if chance.random() < 0.5:
        text = f"{chance.choice(places)}=kill:{chance.choice((1, 0.5, 0.1))}"
    else:
        text = ",".join(f"{place}=kill:0.05" for place in places)
    return Hazard(text, f"{seed}/{service}/{number}", chance.uniform(0.2, _LONGEST_LIFE))
