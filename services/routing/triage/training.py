"""Trains the category model from the profile's example texts. Deterministic: the same texts give the same weights.

Softmax regression by AdaGrad with weight decay, in plain Python: a few seconds for a thousand texts, which is why
the result is kept in `weights.json` instead of being trained at every start.
"""

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from services.routing.triage.domain import Category
from services.routing.triage.model import LinearModel, scale_for
from services.routing.triage.reading import model_features
from services.routing.triage.rules import WEIGHTS, RuleSet

EXAMPLES = "examples"
_ROUNDS = 30
_STEP = 0.25
_DECAY = 0.004
_DROPPED = 0.4  # share of features hidden from each round, so that no single word carries a category
_SEEN_AT_LEAST = 2
_SMALLEST = 0.02
_SEED = 46  # the code of Huế

Example = tuple[list[str], int]


def read_examples(folder: Path) -> list[tuple[str, Category]]:
    """The texts of `examples/<category>.txt`, one a line; lines that begin with # are comments."""
    found: list[tuple[str, Category]] = []
    for category in Category:
        lines = (folder / EXAMPLES / f"{category}.txt").read_text(encoding="utf-8").splitlines()
        found += [(line.strip(), category) for line in lines if line.strip() and not line.startswith("#")]
    return found


def digest_of(folder: Path) -> str:
    """Tells whether the weights were trained from the examples that lie beside them."""
    digest = hashlib.sha256()
    for category in Category:
        digest.update((folder / EXAMPLES / f"{category}.txt").read_bytes())
    return digest.hexdigest()[:16]


def train(texts: Sequence[tuple[str, Category]], areas: Collection[str], rules: RuleSet) -> LinearModel:
    """Fit the weights to the texts."""
    categories = tuple(Category)
    examples = [(model_features(text, areas, rules), categories.index(category)) for text, category in texts]
    seen = Counter(feature for features, _ in examples for feature in set(features))
    kept = {feature for feature, count in seen.items() if count >= _SEEN_AT_LEAST}
    fit = _Fit(len(categories))
    order = random.Random(_SEED)
    trainable = [([f for f in features if f in kept], len(features), index) for features, index in examples]
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

    def pruned(self) -> dict[str, tuple[tuple[int, float], ...]]:
        kept = {}
        for feature, row in sorted(self._weights.items()):
            pairs = tuple((c, round(w, 3)) for c, w in enumerate(row) if abs(w) >= _SMALLEST)
            if pairs:
                kept[feature] = pairs
        return kept


def write_model(model: LinearModel, folder: Path) -> Path:
    """Write `weights.json`, a feature a line so that a difference can be read."""
    path = folder / WEIGHTS
    lines = [f"  {json.dumps(f, ensure_ascii=False)}: {json.dumps(pairs)}" for f, pairs in model.weights.items()]
    head = {"examples": digest_of(folder), "categories": list(model.categories), "bias": list(model.bias)}
    inner = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items())
    path.write_text("{\n" + inner + ',\n "weights": {\n' + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8")
    return path
