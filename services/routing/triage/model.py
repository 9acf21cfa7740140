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
    """`weights[feature]` are (index into `categories`, weight) pairs, only those that differ from 0."""

    categories: tuple[Category, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]

    def scores(self, features: Sequence[str]) -> list[float]:
        """One score per category; the sum is scaled so that long texts do not shout."""
        totals = [0.0] * len(self.categories)
        for feature in features:
            for index, weight in self.weights.get(feature, ()):
                totals[index] += weight
        scale = scale_for(len(features))
        return [total * scale + bias for total, bias in zip(totals, self.bias, strict=True)]

    def reasons(self, features: Iterable[str], category: Category, most: int = 3) -> list[str]:
        """The words that spoke most for a category, signs after them."""
        index = self.categories.index(category)
        spoke = {f: w for f in set(features) for i, w in self.weights.get(f, ()) if i == index and w > 0}
        return [f.removeprefix("@") for f in sorted(spoke, key=lambda f: (f[0] == "@", -spoke[f], f))[:most]]


def scale_for(count: int) -> float:
    """The share that each of `count` features gets: 1 for a short text, less for a long one."""
    return math.sqrt(30.0 / max(count, 30))  # 30 features are about fifteen words, a usual message


def features_of(keys: Sequence[str], facts: Iterable[str]) -> list[str]:
    """Words, neighbouring pairs, and the facts that the lexicons found (as `@name`)."""
    words = [key for key in keys if key[:1].isalpha()]
    features = list(dict.fromkeys(words))
    features += dict.fromkeys(f"{one} {two}" for one, two in pairwise(words))
    features += [f"@{fact}" for fact in facts]
    return features
