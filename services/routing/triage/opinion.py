"""A learned second opinion on urgency, beside the rules: it has read how people word a threat that no list holds.

Two sums over the same features: whether somebody must act the same day, and whether a life is at stake. It weighs
words, pairs of words, runs of letters (slips, dialect, words never seen) and what the rules themselves found.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import repeat

Weights = tuple[int, int]
"""In thousandths, so that sums are exact in whatever order they are made: the same day, a life."""

UNIT = 1000
TEXT_SHARE = 3.0  # all that is written weighs as much as some ten facts, however long the text is
FACT_SHARE = 0.3
RUN = 4  # letters: shorter runs say little, longer ones are words
_MOST_REASONS = 3
_ROOM = 40  # bits for a sum: a text would need a hundred million weights to fill them
_NOTHING = (0, 0)


class Question(IntEnum):
    """What is asked of the opinion; also the place of its weight."""

    SAME_DAY = 0
    LIFE = 1


@dataclass(frozen=True, slots=True)
class Features:
    """What the opinion rests on, each thing once."""

    words: Collection[str]
    runs: Collection[str]
    facts: Collection[str]

    @property
    def share(self) -> float:
        """What each word or run counts, so that a long text does not shout."""
        return TEXT_SHARE / math.sqrt(max(1, len(self.words) + len(self.runs)))


@dataclass(frozen=True, slots=True)
class Opinion:
    """The weights, and the scores from which they count.

    Attributes:
        raises: from these scores on (the same day, a life) a text is urgent, or an emergency.
        lowers: below this score what the rules call high is not.
    """

    bias: Weights
    raises: tuple[float, float]
    lowers: float
    words: Mapping[str, Weights]
    runs: Mapping[str, Weights]
    facts: Mapping[str, Weights]
    _packed: tuple[Mapping[str, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        packed = tuple(
            {name: pack(pair) for name, pair in part.items()} for part in (self.words, self.runs, self.facts)
        )
        object.__setattr__(self, "_packed", packed)

    def score(self, features: Features) -> tuple[float, float]:
        """For each question: above 0 speaks for it, below 0 against."""
        day, life = self.bias[0] / UNIT, self.bias[1] / UNIT
        present = (features.words, features.runs, features.facts)
        shares = (features.share, features.share, FACT_SHARE)
        for weights, found, share in zip(self._packed, present, shares, strict=True):
            for_day, for_life = unpack(sum(map(weights.get, found, repeat(0))))
            day += for_day * share / UNIT
            life += for_life * share / UNIT
        return day, life

    def reasons(self, features: Features, question: Question, *, against: bool = False) -> str:
        """The words and facts that weighed most, for or against."""
        sign = -1 if against else 1
        weighed = [(sign * self.words.get(w, _NOTHING)[question] * features.share, w) for w in features.words]
        weighed += [(sign * self.facts.get(f, _NOTHING)[question] * FACT_SHARE, f) for f in features.facts]
        spoke = sorted((-weight, name) for weight, name in weighed if weight > 0)
        return ", ".join(name for _, name in spoke[:_MOST_REASONS])


def pack(weights: Weights) -> int:
    """Both weights in one number, so that one sum adds both."""
    return (weights[0] << _ROOM) + weights[1]


def unpack(total: int) -> Weights:
    """The two sums in a sum of packed weights."""
    life = ((total + (1 << (_ROOM - 1))) & ((1 << _ROOM) - 1)) - (1 << (_ROOM - 1))
    return (total - life) >> _ROOM, life


NO_OPINION = Opinion(_NOTHING, (math.inf, math.inf), -math.inf, {}, {}, {})


def opinion_features(words: Iterable[str], said: Collection[str], facts: Collection[str]) -> Features:
    """Runs of letters of the words, each once, beside what is said (words and pairs) and the facts."""
    line = f" {' '.join(words)} "
    return Features(said, {line[at : at + RUN] for at in range(len(line) - RUN + 1)}, facts)
