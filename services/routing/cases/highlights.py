"""The reporter's words with those marked that triage went by. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.routing.cases.domain import Reason

_ORDER = ("danger", "warning", "accent", "denied")
"""Where marks overlap the weightier one stands."""

_FROM_MODEL = "model"
"""The learned model names words without their marks, and common ones: nothing to point at."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `tone` is empty where nothing was read into it, `rule` names the first reason."""

    text: str
    tone: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    weight: int
    shorter: int
    start: int
    end: int
    rule: str


def highlighted(words: str, trail: Sequence[Reason]) -> tuple[Piece, ...]:
    """The whole text in pieces, in order; joined they are the text again."""
    text = _lowered(words)
    chosen: list[_Mark] = []
    for mark in sorted(_marks(text, trail)):
        if all(mark.end <= other.start or mark.start >= other.end for other in chosen):
            chosen.append(mark)
    return tuple(_pieces(words, sorted(chosen, key=lambda mark: mark.start)))


def _pieces(words: str, marks: Sequence[_Mark]) -> Iterator[Piece]:
    at = 0
    for mark in marks:
        if mark.start > at:
            yield Piece(words[at : mark.start])
        yield Piece(words[mark.start : mark.end], _ORDER[mark.weight], mark.rule)
        at = mark.end
    if at < len(words):
        yield Piece(words[at:])


def _marks(text: str, trail: Sequence[Reason]) -> Iterator[_Mark]:
    for reason in trail:
        if reason.rule == _FROM_MODEL:
            continue
        weight = _ORDER.index(_tone(reason))
        for said in filter(None, reason.words.split(", ")):
            for start in _places(text, said):
                yield _Mark(weight, -len(said), start, start + len(said), reason.rule)


def _tone(reason: Reason) -> str:
    effect = reason.effect
    if effect in ("urgency emergency", "urgency high"):
        return "danger"
    if effect.startswith("symptom "):
        return "warning"
    return "denied" if effect.endswith("not counted") else "accent"


def _places(text: str, said: str) -> Iterator[int]:
    """Where the words stand as whole words."""
    start = text.find(said)
    while start >= 0:
        end = start + len(said)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not before.isalnum() and not after.isalnum():
            yield start
        start = text.find(said, end)


def _lowered(words: str) -> str:
    """Lower case of the same length; a letter whose lower case is longer stays as it is."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in words)
