"""What was learned from the examples, as it lies on the disk: `weights.json`, written by `haivan rules train`."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.routing.triage.domain import Category
from services.routing.triage.model import LinearModel
from services.routing.triage.opinion import NO_OPINION, Opinion, Weights

WEIGHTS = "weights.json"


@dataclass(frozen=True, slots=True)
class Learned:
    """The category model, the opinion on urgency, and the words that people use (never "corrected")."""

    model: LinearModel
    opinion: Opinion
    words: Counter[str]


NOTHING_LEARNED = Learned(LinearModel(tuple(Category), (0.0,) * len(Category), {}), NO_OPINION, Counter())


def read_learned(folder: Path) -> Learned:
    """What was learned, or nothing where there are no weights yet."""
    stored = _stored(folder)
    if not stored:
        return NOTHING_LEARNED
    weights = {feature: tuple(row) for feature, row in stored["weights"].items()}
    model = LinearModel(tuple(map(Category, stored["categories"])), tuple(stored["bias"]), weights)
    return Learned(model, _opinion(stored), Counter(stored["words"]))


def stored_digest(folder: Path) -> str:
    """Of which examples the weights were made; "" where there are none."""
    return str(_stored(folder).get("examples", ""))


def write_learned(learned: Learned, folder: Path, digest: str) -> Path:
    """Write `weights.json`, a feature a line so that a difference can be read."""
    path, opinion = folder / WEIGHTS, learned.opinion
    parts: dict[str, Any] = {
        "examples": digest,
        "categories": list(learned.model.categories),
        "bias": list(learned.model.bias),
        "words": learned.words,
        "opinion": {"bias": opinion.bias, "raises": opinion.raises, "lowers": opinion.lowers},
        "opinion_words": opinion.words,
        "opinion_runs": opinion.runs,
        "opinion_facts": opinion.facts,
        "weights": learned.model.weights,
    }
    path.write_text("{\n" + ",\n".join(_lines(parts)) + "\n}\n", encoding="utf-8")
    return path


def _lines(parts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in parts.items():
        if not isinstance(value, Mapping):
            yield f"{_json(name)}: {_json(value)}"
            continue
        rows = ",\n".join(f" {_json(key)}: {_json(value[key])}" for key in sorted(value))
        yield f"{_json(name)}: {{\n{rows}\n}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _stored(folder: Path) -> dict[str, Any]:
    path = folder / WEIGHTS
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _opinion(stored: Mapping[str, Any]) -> Opinion:
    day, life = stored["opinion"]["raises"]
    return Opinion(
        bias=_pair(stored["opinion"]["bias"]),
        raises=(float(day), float(life)),
        lowers=float(stored["opinion"]["lowers"]),
        words=_pairs(stored["opinion_words"]),
        runs=_pairs(stored["opinion_runs"]),
        facts=_pairs(stored["opinion_facts"]),
    )


def _pairs(stored: Mapping[str, list[int]]) -> dict[str, Weights]:
    return {feature: _pair(pair) for feature, pair in stored.items()}


def _pair(stored: list[int]) -> Weights:
    day, life = stored
    return day, life
