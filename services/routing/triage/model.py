"""A small linear model for the category: words, pairs of words and signs, each with a weight per category.

It is trained from the example texts of the profile by `training.py`; here it is only read and applied.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.routing.triage.domain import Category

Scores = dict[Category, float]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """`weights[feature]` holds one weight for each of `categories`."""

    categories: tuple[Category, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def scores(self, features: Sequence[str]) -> list[float]:
        """One score per category; the sum is scaled so that long texts do not shout."""
        rows = [row for row in map(self.weights.get, features) if row is not None]
        scale = scale_for(len(features))
        if not rows:
            return list(self.bias)
        columns = zip(*rows, strict=True)
        return [(sum(column, bias) - bias) * scale + bias for column, bias in zip(columns, self.bias, strict=True)]

    def reasons(self, features: Iterable[str], category: Category, most: int = 3) -> list[str]:
        """The words that spoke most for a category, signs after them."""
        index = self.categories.index(category)
        weights = self.weights
        spoke = {f: weights[f][index] for f in features if f in weights and weights[f][index] > 0}
        return [f.removeprefix("@") for f in sorted(spoke, key=lambda f: (f[0] == "@", -spoke[f], f))[:most]]


def scale_for(count: int) -> float:
    """The share that each of `count` features gets: 1 for a short text, less for a long one."""
    return math.sqrt(30.0 / max(count, 30))  # 30 features are about fifteen words, a usual message


def said_in(words: Sequence[str]) -> list[str]:
    """Words and neighbouring pairs, each once."""
    return [*dict.fromkeys(words), *dict.fromkeys([f"{one} {two}" for one, two in pairwise(words)])]


def features_of(said: Iterable[str], facts: Iterable[str]) -> list[str]:
    """What is said, and the facts that the lexicons found (as `@name`)."""
    return [*said, *[f"@{fact}" for fact in facts]]
