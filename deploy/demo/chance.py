"""Drawing lots, from a source that is passed in."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(rng: Random, share: float) -> bool:
    """True in this share of all cases."""
    return rng.random() < share


def draw(rng: Random, weights: Mapping[T, float]) -> T:
    """One of the keys, each as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]
