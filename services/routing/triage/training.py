"""Trains the learned parts, and here the category model. Deterministic: the same texts give the same weights.

Softmax regression by AdaGrad with weight decay, in plain Python: half a minute for three thousand texts, which is why
the result is kept in `weights.json` instead of being trained at every start.
"""

import math
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from services.routing.triage.domain import Category
from services.routing.triage.examples import Example
from services.routing.triage.fitting import train_opinion
from services.routing.triage.model import LinearModel, scale_for
from services.routing.triage.reading import model_features
from services.routing.triage.rules import RuleSet, load_rules
from services.routing.triage.weights import NOTHING_LEARNED, Learned
from services.routing.triage.writing import split_words

_ROUNDS = 30
_STEP = 0.25
_DECAY = 0.004
_DROPPED = 0.4  # share of features hidden from each round, so that no single word carries a category
_SEEN_AT_LEAST = 2
_A_WORD_FROM = 3  # times seen; what fewer people write may be a slip
_SMALLEST = 0.02
_SEED = 46  # the code of Huế


def words_of(examples: Sequence[Example]) -> Counter[str]:
    """The words that people use, and how often."""
    seen = Counter(key for example in examples for key in split_words(example.text).keys if key[:1].isalpha())
    return Counter({word: count for word, count in seen.items() if count >= _A_WORD_FROM})


def learn(examples: Sequence[Example], areas: Collection[str], folder: Path) -> Learned:
    """All that the examples teach. What was learned before has no part in it."""
    words = words_of(examples)
    rules = load_rules(folder, replace(NOTHING_LEARNED, words=words))
    model = train_categories(examples, areas, rules)
    opinion = train_opinion(examples, areas, replace(rules, model=model))
    return Learned(model, opinion, words)


def train_categories(examples: Sequence[Example], areas: Collection[str], rules: RuleSet) -> LinearModel:
    """Fit the weights to the texts."""
    categories = tuple(Category)
    rows = [(model_features(e.text, areas, rules), categories.index(e.category)) for e in examples]
    seen = Counter(feature for features, _ in rows for feature in set(features))
    kept = {feature for feature, count in seen.items() if count >= _SEEN_AT_LEAST}
    fit = _Fit(len(categories))
    order = random.Random(_SEED)
    trainable = [([f for f in features if f in kept], len(features), index) for features, index in rows]
    for _ in range(_ROUNDS):
        order.shuffle(trainable)
        for features, count, index in trainable:
            fit.learn([f for f in features if order.random() > _DROPPED], scale_for(count), index)
    return LinearModel(categories, tuple(round(b, 3) for b in fit.bias), fit.pruned())


class _Fit:
    def __init__(self, classes: int) -> None:
        self._classes = range(classes)
        self.bias = [0.0] * classes
        self._weights: dict[str, list[float]] = {}
        self._steps: dict[str, list[float]] = {}

    def learn(self, features: Sequence[str], scale: float, wanted: int) -> None:
        totals = self.bias[:]
        rows = [self._weights.setdefault(f, [0.0] * len(self._classes)) for f in features]
        for row in rows:
            for c in self._classes:
                totals[c] += row[c] * scale
        top = max(totals)
        shares = [math.exp(total - top) for total in totals]
        whole = sum(shares)
        errors = [share / whole - (c == wanted) for c, share in enumerate(shares)]
        for c in self._classes:
            self.bias[c] -= 0.02 * errors[c]
        for feature, row in zip(features, rows, strict=True):
            steps = self._steps.setdefault(feature, [1.0] * len(self._classes))
            for c in self._classes:
                gradient = errors[c] * scale + _DECAY * row[c]
                steps[c] += gradient * gradient
                row[c] -= _STEP * gradient / math.sqrt(steps[c])

    def pruned(self) -> dict[str, tuple[float, ...]]:
        kept = {}
        for feature, row in sorted(self._weights.items()):
            rounded = tuple(round(weight, 3) if abs(weight) >= _SMALLEST else 0.0 for weight in row)
            if any(rounded):
                kept[feature] = rounded
        return kept
