"""A learned second opinion on urgency, beside the rules: it has read how people word a threat that no list holds.

Two sums over the same features: whether somebody must act the same day, and whether a life is at stake. It weighs
words, pairs of words, runs of letters (slips, dialect, words never seen) and what the rules themselves found.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

Weights = tuple[int, int]
"""In thousandths, so that sums are exact in whatever order they are made: the same day, a life."""

UNIT = 1000
TEXT_SHARE = 3.0  # all that is written weighs as much as some ten facts, however long the text is
FACT_SHARE = 0.3
RUN = 4  # letters: shorter runs say little, longer ones are words
_MOST_REASONS = 3
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

    def score(self, features: Features) -> tuple[float, float]:
        """For each question: above 0 speaks for it, below 0 against."""
        day, life = self.bias[0] / UNIT, self.bias[1] / UNIT
        for weights, present, share in (
            (self.words, features.words, features.share),
            (self.runs, features.runs, features.share),
            (self.facts, features.facts, FACT_SHARE),
        ):
            found = [weights[feature] for feature in present if feature in weights]
            day += sum(pair[0] for pair in found) * share / UNIT
            life += sum(pair[1] for pair in found) * share / UNIT
        return day, life

    def reasons(self, features: Features, question: Question, *, against: bool = False) -> str:
        """The words and facts that weighed most, for or against."""
        sign = -1 if against else 1
        weighed = [(sign * self.words.get(w, _NOTHING)[question] * features.share, w) for w in features.words]
        weighed += [(sign * self.facts.get(f, _NOTHING)[question] * FACT_SHARE, f) for f in features.facts]
        spoke = sorted((-weight, name) for weight, name in weighed if weight > 0)
        return ", ".join(name for _, name in spoke[:_MOST_REASONS])


NO_OPINION = Opinion(_NOTHING, (math.inf, math.inf), -math.inf, {}, {}, {})


def opinion_features(words: Iterable[str], said: Collection[str], facts: Collection[str]) -> Features:
    """Runs of letters of the words, each once, beside what is said (words and pairs) and the facts."""
    line = f" {' '.join(words)} "
    return Features(said, {line[at : at + RUN] for at in range(len(line) - RUN + 1)}, facts)
