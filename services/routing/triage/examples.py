"""The texts that the learned parts learn from: `examples/<category>.txt`, a text a line.

A line may begin with how urgent its text is, `[high] …`, or `[normal/high] …` where either will do; lines that begin
with # are comments.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.routing.triage.domain import Category, Urgency

EXAMPLES = "examples"
_LABEL = re.compile(r"\[([a-z/]+)\] +")


@dataclass(frozen=True, slots=True)
class Example:
    """A text, what it is about, and how urgent it may be called (the best first; () where nobody said)."""

    text: str
    category: Category
    urgency: tuple[Urgency, ...] = ()

    @property
    def is_same_day(self) -> bool | None:
        """Whether somebody must act the same day; None where it may be called either."""
        return _all_or_none([level.rank >= Urgency.HIGH.rank for level in self.urgency])

    @property
    def is_life(self) -> bool | None:
        """Whether a life is at stake; None where it may be called either."""
        return _all_or_none([level is Urgency.EMERGENCY for level in self.urgency])


def _all_or_none(answers: list[bool]) -> bool | None:
    return answers[0] if len(set(answers)) == 1 else None


def read_examples(folder: Path) -> list[Example]:
    """Every example of a profile.

    Raises:
        ValueError: a line names an unknown urgency; the text says which.
    """
    return [
        example_of(line, category)
        for category in Category
        for _, line in numbered_lines(example_file(folder, category))
    ]


def example_file(folder: Path, category: Category) -> Path:
    return folder / EXAMPLES / f"{category}.txt"


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold a text, with their numbers."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip()


def example_of(line: str, category: Category) -> Example:
    """One line of a file of examples.

    Raises:
        ValueError: the urgency in brackets is none.
    """
    label = _LABEL.match(line)
    if label is None:
        return Example(line, category)
    return Example(line[label.end() :], category, tuple(Urgency(level) for level in label[1].split("/")))


def digest_of(folder: Path) -> str:
    """Tells whether the weights were trained from the examples that lie beside them."""
    digest = hashlib.sha256()
    for category in Category:
        digest.update(example_file(folder, category).read_bytes())
    return digest.hexdigest()[:16]
