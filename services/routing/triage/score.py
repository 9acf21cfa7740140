"""Compares readings with labels: how often right, how urgent the misses, and how sure those figures are."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.routing.triage.domain import Agency, Category, Reading, Symptom, Urgency, ViolationKind
from services.routing.triage.intervals import Figure, Ratio, Share, draws, figure_of


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


class MacroF1:
    """The mean of the categories' F1: one that a label accepts counts as found, a miss counts against the best."""

    def __call__(self, pairs: Sequence[Pair]) -> float:
        return _mean(_f1(Counter(map(_verdict, pairs))))

    def measured(self, pairs: Sequence[Pair]) -> Figure:
        values = [_mean(scores) for scores in _drawn_f1(pairs)]
        return figure_of(self(pairs), values, len(pairs))


def f1_by_category(pairs: Sequence[Pair]) -> dict[Category, Figure]:
    """The F1 of each category that was read or wanted."""
    found = _f1(Counter(map(_verdict, pairs)))
    drawn = list(_drawn_f1(pairs))
    rests_on = Counter(pair.label.category[0] for pair in pairs)
    return {
        category: figure_of(value, [scores[category] for scores in drawn if category in scores], rests_on[category])
        for category, value in found.items()
    }


Verdict = tuple[Category, Category | None]
"""What was read, and, if that is wrong, what was wanted."""


def _verdict(pair: Pair) -> Verdict:
    read = pair.reading.category
    return read, None if read in pair.label.category else pair.label.category[0]


def _drawn_f1(pairs: Sequence[Pair]) -> Iterator[dict[Category, float]]:
    verdicts = [_verdict(pair) for pair in pairs]
    for drawn in draws(len(verdicts)):
        yield _f1(Counter(map(verdicts.__getitem__, drawn)))


def _f1(verdicts: Mapping[Verdict, int]) -> dict[Category, float]:
    right: Counter[Category] = Counter()
    wrong: Counter[Category] = Counter()
    for (read, wanted), count in verdicts.items():
        if wanted is None:
            right[read] += count
        else:
            wrong[read] += count
            wrong[wanted] += count
    return {c: 2 * right[c] / (2 * right[c] + wrong[c]) for c in Category if right[c] + wrong[c]}


def _mean(scores: Mapping[Category, float]) -> float:
    return sum(scores.values()) / max(1, len(scores))


def _agreement(wanted: frozenset[Symptom], read: Iterable[Symptom]) -> tuple[int, int]:
    """Parts of an F1: twice what both name, and what either names."""
    named = frozenset(read)
    return 2 * len(wanted & named), len(wanted) + len(named)


def _affirmed(pair: Pair) -> tuple[int, int]:
    return len(pair.label.negated & frozenset(pair.reading.symptoms)), len(pair.label.negated)


macro_f1 = MacroF1()
urgent_recall = Share[Pair](lambda p: p.label.is_urgent, lambda p: p.rated_urgent)
over_triage = Share[Pair](lambda p: p.label.is_calm, lambda p: p.rated_urgent, empty=0.0)
emergency_floor = Share[Pair](lambda p: p.label.is_emergency, lambda p: p.rated_urgent)
urgency_accuracy = Share[Pair](lambda _: True, lambda p: p.reading.urgency in p.label.urgency)
symptom_f1 = Ratio[Pair](lambda p: _agreement(p.label.symptoms, p.reading.symptoms))
negation_f1 = Ratio[Pair](lambda p: _agreement(p.label.negated, p.reading.negated_symptoms))
negated_affirmed = Ratio[Pair](_affirmed, empty=0.0)  # the share of denied symptoms that the reading asserts
agency_accuracy = Share[Pair](lambda p: bool(p.label.agency), lambda p: p.reading.agencies[0] is p.label.agency[0])
violation_accuracy = Share[Pair](
    lambda p: p.label.violation is not None, lambda p: p.reading.violation is p.label.violation
)

MEASURES: Mapping[str, MacroF1 | Ratio[Pair]] = {
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


def by_style(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs under each of their styles."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for style in pair.label.styles:
            found.setdefault(style, []).append(pair)
    return dict(sorted(found.items()))
