"""Compares readings with labels: how often right, how urgent the misses, and how sure those figures are."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.routing.triage.domain import Agency, Category, Reading, Symptom, Urgency, ViolationKind

_RESAMPLES = 400
_SEED = 46
_TAIL = 0.025  # of the resamples lie below, and as many above, a 95 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a reading of it may say; the first category and urgency are the best."""

    id: str
    text: str
    category: tuple[Category, ...]
    urgency: tuple[Urgency, ...]
    agency: tuple[Agency, ...]
    symptoms: frozenset[Symptom]
    negated: frozenset[Symptom]
    violation: ViolationKind | None
    styles: tuple[str, ...]
    split: str

    @property
    def is_urgent(self) -> bool:
        return all(level.rank >= Urgency.HIGH.rank for level in self.urgency)

    @property
    def is_calm(self) -> bool:
        return all(level.rank < Urgency.HIGH.rank for level in self.urgency)

    @property
    def is_emergency(self) -> bool:
        return self.urgency == (Urgency.EMERGENCY,)


@dataclass(frozen=True, slots=True)
class Pair:
    """A label beside its reading."""

    label: Labelled
    reading: Reading

    @property
    def rated_urgent(self) -> bool:
        return self.reading.urgency.rank >= Urgency.HIGH.rank

    @property
    def is_critical_miss(self) -> bool:
        """An emergency below high: the one thing that must not happen."""
        return self.label.is_emergency and not self.rated_urgent


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval by bootstrap; `count` is what it rests on."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}–{self.high:.3f}]"


def read_labelled(path: Path) -> list[Labelled]:
    """The texts of a JSONL file.

    Raises:
        ValueError: a line is no JSON or names something unknown; the text says which line.
    """
    labelled = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                labelled.append(_labelled(json.loads(line), number))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}:{number}: {error}") from error
    return labelled


def _labelled(row: dict[str, object], number: int) -> Labelled:
    return Labelled(
        id=str(row.get("id", number)),
        text=str(row["text"]),
        category=tuple(Category(c) for c in _listed(row["category"])),
        urgency=tuple(Urgency(u) for u in _listed(row["urgency"])),
        agency=tuple(Agency(a) for a in _listed(row.get("agency", []))),
        symptoms=frozenset(Symptom(s) for s in _listed(row.get("symptoms", []))),
        negated=frozenset(Symptom(s) for s in _listed(row.get("negated_symptoms", []))),
        violation=ViolationKind(str(row["violation"])) if row.get("violation") else None,
        styles=tuple(_listed(row.get("style", []))),
        split=str(row.get("split", "all")),
    )


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def f1_by_category(pairs: Iterable[Pair]) -> dict[Category, float]:
    """A category that a label accepts counts as found; a miss counts against the best one."""
    right: Counter[Category] = Counter()
    wrong: Counter[Category] = Counter()
    for pair in pairs:
        read = pair.reading.category
        if read in pair.label.category:
            right[read] += 1
        else:
            wrong[read] += 1
            wrong[pair.label.category[0]] += 1
    return {c: 2 * right[c] / (2 * right[c] + wrong[c]) for c in Category if right[c] + wrong[c]}


def macro_f1(pairs: Sequence[Pair]) -> float:
    scores = f1_by_category(pairs)
    return sum(scores.values()) / max(1, len(scores))


def urgent_recall(pairs: Sequence[Pair]) -> float:
    return _share(pairs, lambda p: p.label.is_urgent, lambda p: p.rated_urgent)


def over_triage(pairs: Sequence[Pair]) -> float:
    return _share(pairs, lambda p: p.label.is_calm, lambda p: p.rated_urgent, empty=0.0)


def emergency_floor(pairs: Sequence[Pair]) -> float:
    return _share(pairs, lambda p: p.label.is_emergency, lambda p: p.rated_urgent)


def urgency_accuracy(pairs: Sequence[Pair]) -> float:
    return _share(pairs, lambda _: True, lambda p: p.reading.urgency in p.label.urgency)


def agency_accuracy(pairs: Sequence[Pair]) -> float:
    """How often the agency that must act first is named first."""
    return _share(pairs, lambda p: bool(p.label.agency), lambda p: p.reading.agencies[0] is p.label.agency[0])


def violation_accuracy(pairs: Sequence[Pair]) -> float:
    return _share(pairs, lambda p: p.label.violation is not None, lambda p: p.reading.violation is p.label.violation)


def symptom_f1(pairs: Sequence[Pair]) -> float:
    return _set_f1((p.label.symptoms, frozenset(p.reading.symptoms)) for p in pairs)


def negation_f1(pairs: Sequence[Pair]) -> float:
    return _set_f1((p.label.negated, frozenset(p.reading.negated_symptoms)) for p in pairs)


def negated_affirmed(pairs: Sequence[Pair]) -> float:
    """The share of denied symptoms that the reading asserts."""
    denied = sum(len(p.label.negated) for p in pairs)
    asserted = sum(len(p.label.negated & frozenset(p.reading.symptoms)) for p in pairs)
    return asserted / denied if denied else 0.0


MEASURES: dict[str, Callable[[Sequence[Pair]], float]] = {
    "category macro-F1": macro_f1,
    "urgent recall": urgent_recall,
    "over-triage": over_triage,
    "emergencies at least high": emergency_floor,
    "urgency exact": urgency_accuracy,
    "symptom F1": symptom_f1,
    "negated symptom F1": negation_f1,
    "negated affirmed": negated_affirmed,
    "first agency": agency_accuracy,
    "violation": violation_accuracy,
}


def measured(pairs: Sequence[Pair], measure: Callable[[Sequence[Pair]], float]) -> Figure:
    """A measure over the pairs and over seeded resamples of them."""
    draw = random.Random(_SEED)
    values = sorted(measure(draw.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES)) if pairs else [0.0]
    low, high = values[int(len(values) * _TAIL)], values[-1 - int(len(values) * _TAIL)]
    return Figure(measure(pairs), low, high, len(pairs))


def by_style(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs under each of their styles."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for style in pair.label.styles:
            found.setdefault(style, []).append(pair)
    return dict(sorted(found.items()))


def _share(
    pairs: Sequence[Pair], counts: Callable[[Pair], bool], holds: Callable[[Pair], bool], empty: float = 1.0
) -> float:
    among = [pair for pair in pairs if counts(pair)]
    return sum(map(holds, among)) / len(among) if among else empty


def _set_f1(sets: Iterable[tuple[frozenset[Symptom], frozenset[Symptom]]]) -> float:
    both = either = 0
    for wanted, read in sets:
        both += len(wanted & read)
        either += len(wanted) + len(read)
    return 2 * both / either if either else 1.0
