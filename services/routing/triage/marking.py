"""The words of a text with what was found in them: what scopes and questions look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Form, Words

SYMPTOM = "symptom."
ABSENT = "symptom.no."  # a phrase that says that a symptom is not there ("thở bình thường")


class Status(StrEnum):
    """How a thing that is named is meant."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    SUPPOSED = "supposed"  # "if", a question, general information
    PAST = "past"
    ANIMAL = "animal"


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """Single words (keys) that steer scopes; the phrases that do are hits named `scope.…`."""

    transparent: frozenset[str]
    either: frozenset[str]
    both: frozenset[str]
    modifiers: frozenset[str]
    contrast: frozenset[str]
    having: frozenset[str]
    sweeping: frozenset[str]
    together: frozenset[str]
    summing: frozenset[str]
    naming: frozenset[str]
    within: frozenset[str]
    then: frozenset[str]
    saying: frozenset[str]
    trailing: frozenset[str]
    ending: frozenset[str]
    lasting: frozenset[str]
    denying: frozenset[Form]
    yes: frozenset[str]
    no: frozenset[str]


class Marking:
    """Which exclusive hit (symptom, scope phrase, mask) holds each word; they do not overlap."""

    def __init__(self, words: Words, hits: Sequence[Hit]) -> None:
        self.keys = words.keys
        self.forms = words.forms
        self.hits = hits
        self.owner = [-1] * len(words.keys)
        for index, hit in enumerate(hits):
            self.owner[hit.start : hit.end] = [index] * (hit.end - hit.start)

    def name_at(self, place: int) -> str:
        """The name of the hit that holds a word, or ""."""
        owner = self.owner[place]
        return self.hits[owner].name if owner >= 0 else ""

    def start_at(self, place: int) -> int:
        return self.hits[self.owner[place]].start

    def end_at(self, place: int) -> int:
        return self.hits[self.owner[place]].end
