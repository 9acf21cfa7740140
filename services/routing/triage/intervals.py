"""How sure a figure is: 95 % intervals, by Wilson for a share of texts, by a seeded bootstrap for the rest.

Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927: unlike the bootstrap it says
something of a share that is 0 or 1. A ratio of things of which one text may hold several (symptoms) is no share of
texts; its texts are drawn anew. Of fewer than ten texts the bootstrap knows nothing, and says so: 0 to 1.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_RESAMPLES = 400
_SEED = 46
_TAIL = 0.025  # of the resamples lie below, and as many above, a 95 % interval
_Z = 1.96  # standard deviations to either side that hold 95 %
_FEWEST = 10  # texts
Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; `count` is how many texts it rests on."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}–{self.high:.3f}]"


class Ratio(Generic[Case]):
    """A sum over another: each text gives a part of both; `empty` stands where nothing counts."""

    def __init__(self, parts: Callable[[Case], tuple[int, int]], empty: float = 1.0) -> None:
        self._parts = parts
        self._empty = empty

    def __call__(self, cases: Sequence[Case]) -> float:
        return self._ratio(*self._sums(cases))

    def measured(self, cases: Sequence[Case]) -> Figure:
        """The ratio over the texts, and over seeded draws of them."""
        parts = [part for part in map(self._parts, cases) if part[1]]
        above, below = [part[0] for part in parts], [part[1] for part in parts]
        values = [
            self._ratio(sum(map(above.__getitem__, drawn)), sum(map(below.__getitem__, drawn)))
            for drawn in draws(len(parts))
        ]
        return figure_of(self(cases), values, len(parts))

    def _sums(self, cases: Sequence[Case]) -> tuple[int, int]:
        parts = [self._parts(case) for case in cases]
        return sum(part[0] for part in parts), sum(part[1] for part in parts)

    def _ratio(self, above: int, below: int) -> float:
        return above / below if below else self._empty


class Share(Ratio[Case]):
    """How many of the texts that `counts` picks `holds` is true of."""

    def __init__(self, counts: Callable[[Case], bool], holds: Callable[[Case], bool], empty: float = 1.0) -> None:
        super().__init__(lambda case: (int(holds(case)), 1) if counts(case) else (0, 0), empty)

    def measured(self, cases: Sequence[Case]) -> Figure:
        """The share with Wilson's interval."""
        holding, count = self._sums(cases)
        low, high = wilson(holding, count)
        return Figure(self._ratio(holding, count), low, high, count)


def wilson(holding: int, count: int) -> tuple[float, float]:
    """The interval of a share; 0 to 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, squared = holding / count, _Z * _Z
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    half = _Z * math.sqrt(share * (1 - share) / count + squared / (4 * count * count)) / (1 + squared / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def draws(count: int) -> Iterator[list[int]]:
    """Places of as many texts as there are, drawn anew with repetition; none where they are too few to tell."""
    draw = random.Random(_SEED)
    if count >= _FEWEST:
        for _ in range(_RESAMPLES):
            yield draw.choices(range(count), k=count)


def figure_of(value: float, values: Sequence[float], count: int) -> Figure:
    """The figure with the interval that the values of the draws give."""
    if not values:
        return Figure(value, 0.0, 1.0, count)
    ordered, tail = sorted(values), int(len(values) * _TAIL)
    return Figure(value, ordered[tail], ordered[-1 - tail], count)
