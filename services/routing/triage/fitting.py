"""Fits the opinion on urgency: a linear support vector machine by dual coordinate descent, in plain Python.

The thresholds come from texts that the fit did not see: five fits, each asked about the fifth that it was not shown.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from services.routing.triage.domain import Urgency
from services.routing.triage.examples import Example
from services.routing.triage.opinion import FACT_SHARE, UNIT, Features, Opinion, Weights
from services.routing.triage.reading import urgency_features
from services.routing.triage.rules import RuleSet
from services.routing.triage.weighing import RULED

_ROUNDS = 12
_SOFTNESS = 0.1  # how dear a text on the wrong side is; more learns the examples by heart
_SEEN_AT_LEAST = 3
_HIDDEN = (
    0.7  # share of facts hidden from each text's second copy: the rules know these texts better than unseen ones
)
_FOLDS = 5
_SEED = 46  # the code of Huế
_MAY_BE_CALLED_URGENT = (
    0.06  # of the calm texts, many of them written to mislead; a miss is worse than a call too many
)
_LIFE_IS_RIGHT = 0.85  # of the texts that the opinion calls an emergency
_LOWERS_BELOW = 0.4  # under the score that raises: between the two the rules have the say

Row = tuple[list[int], list[float]]
_WORD, _RUN, _FACT = "w", "r", "f"


@dataclass(frozen=True, slots=True)
class _Seen:
    """An example, what the opinion sees of it, and what it should say to each question."""

    features: Features
    same_day: bool | None
    life: bool | None

    @property
    def is_ruled_emergency(self) -> bool:
        return RULED + Urgency.EMERGENCY in self.features.facts


def train_opinion(examples: Sequence[Example], areas: Collection[str], rules: RuleSet) -> Opinion:
    """Fit the weights to the examples that say how urgent they are."""
    seen = [_Seen(urgency_features(e.text, areas, rules), e.is_same_day, e.is_life) for e in examples if e.urgency]
    order = random.Random(_SEED)
    order.shuffle(seen)
    outside = list(_scores_from_outside(seen))
    day = _day_threshold(outside)
    opinion = _fitted(seen)
    return Opinion(
        bias=opinion.bias,
        raises=(day, _life_threshold(outside, day)),
        lowers=round(day - _LOWERS_BELOW, 3),
        words=opinion.words,
        runs=opinion.runs,
        facts=opinion.facts,
    )


def _scores_from_outside(seen: Sequence[_Seen]) -> Iterable[tuple[_Seen, tuple[float, float]]]:
    for fold in range(min(_FOLDS, len(seen))):
        opinion = _fitted([one for place, one in enumerate(seen) if place % _FOLDS != fold])
        yield from ((one, opinion.score(one.features)) for one in seen[fold::_FOLDS])


def _day_threshold(outside: Sequence[tuple[_Seen, tuple[float, float]]]) -> float:
    """The lowest score from which no more calm texts are called urgent than may be."""
    calm = [(one, score[0]) for one, score in outside if one.same_day is False]
    budget = int(_MAY_BE_CALLED_URGENT * len(calm)) - sum(one.is_ruled_emergency for one, _ in calm)
    scores = sorted((score for one, score in calm if not one.is_ruled_emergency), reverse=True)
    return round(scores[max(0, budget)] + 1 / UNIT, 3) if scores else 0.0


def _life_threshold(outside: Sequence[tuple[_Seen, tuple[float, float]]], day: float) -> float:
    """The lowest score from which enough of the texts called an emergency are one."""
    called = [(s[1], one.life) for one, s in outside if one.life is not None and s[0] >= day]
    chosen, right = 1.0, 0
    for count, (score, life) in enumerate(sorted(called, reverse=True), start=1):
        right += bool(life)
        if right / count >= _LIFE_IS_RIGHT:
            chosen = score
    return round(chosen, 3)


def _fitted(seen: Sequence[_Seen]) -> Opinion:
    shown = [*seen, *_with_facts_hidden(seen)]
    names, rows = _numbered([one.features for one in shown])
    day = _fit(rows, [one.same_day for one in shown], len(names))
    life = _fit(rows, [one.life for one in shown], len(names))
    pairs: dict[tuple[str, str], Weights] = {
        name: (round(day[place] * UNIT), round(life[place] * UNIT)) for place, name in enumerate(names)
    }
    kept = {name: pair for name, pair in pairs.items() if any(pair)}
    return Opinion(
        bias=(round(day[-1] * UNIT), round(life[-1] * UNIT)),
        raises=(0.0, 0.0),
        lowers=0.0,
        words=_of_sort(kept, _WORD),
        runs=_of_sort(kept, _RUN),
        facts=_of_sort(kept, _FACT),
    )


def _with_facts_hidden(seen: Sequence[_Seen]) -> Iterable[_Seen]:
    draw = random.Random(_SEED)
    for one in seen:
        facts = [fact for fact in one.features.facts if draw.random() >= _HIDDEN]
        yield replace(one, features=replace(one.features, facts=facts))


def _of_sort(pairs: dict[tuple[str, str], Weights], wanted: str) -> dict[str, Weights]:
    return {name: pair for (sort, name), pair in pairs.items() if sort == wanted}


def _numbered(features: Sequence[Features]) -> tuple[list[tuple[str, str]], list[Row]]:
    """Each feature that enough texts have gets a number; the number after the last is for what every text has."""
    counts = Counter(name for one in features for name, _ in _valued(one))
    names = sorted(name for name, count in counts.items() if count >= _SEEN_AT_LEAST)
    places = {name: place for place, name in enumerate(names)}
    rows = []
    for one in features:
        known = sorted((places[name], value) for name, value in _valued(one) if name in places)
        rows.append(([place for place, _ in known] + [len(names)], [value for _, value in known] + [1.0]))
    return names, rows


def _valued(features: Features) -> Iterable[tuple[tuple[str, str], float]]:
    yield from (((_WORD, word), features.share) for word in features.words)
    yield from (((_RUN, run), features.share) for run in features.runs)
    yield from (((_FACT, fact), FACT_SHARE) for fact in features.facts)


def _fit(rows: Sequence[Row], answers: Sequence[bool | None], count: int) -> list[float]:
    """Weights and, last, the bias.

    Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM, 2008, algorithm 1 with squared loss.
    """
    weights = [0.0] * (count + 1)
    slack = 1 / (2 * _SOFTNESS)
    told = [
        (places, values, 1.0 if answer else -1.0, sum(v * v for v in values) + slack)
        for (places, values), answer in zip(rows, answers, strict=True)
        if answer is not None
    ]
    duals = [0.0] * len(told)
    order = random.Random(_SEED)
    turns = list(range(len(told)))
    for _ in range(_ROUNDS):
        order.shuffle(turns)
        for turn in turns:
            places, values, sign, whole = told[turn]
            margin = sign * sum(weights[place] * value for place, value in zip(places, values, strict=True))
            better = max(0.0, duals[turn] - (margin - 1 + duals[turn] * slack) / whole)
            change, duals[turn] = (better - duals[turn]) * sign, better
            if change:
                for place, value in zip(places, values, strict=True):
                    weights[place] += change * value
    return weights
