"""What one line of a queue shows of a case. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.routing.cases.clocks import RunningClock, running_clock
from services.routing.cases.domain import Case, Task, TaskStatus
from services.routing.cases.wording import SEVERE

_SNIPPET = 140
_ORDER = list(TaskStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One agency's part: its newest task and the clock on it."""

    agency: str
    task: Task
    clock: RunningClock | None

    def is_late(self, now: datetime) -> bool:
        return self.clock is not None and self.clock.is_over(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case in a queue.

    Attributes:
        part: the part of the agency whose queue this is, or the one most in need of somebody on the board.
        parts: every agency's part, in the order they came in.
        severe: symptoms that must be seen first.
        snippet: the beginning of the reporter's words.
    """

    case: Case
    part: Part | None
    parts: tuple[Part, ...]
    severe: tuple[str, ...]
    symptoms: tuple[str, ...]
    snippet: str

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def is_waiting(self) -> bool:
        """Whether this part can be acknowledged."""
        return self.part is not None and self.part.task.status is TaskStatus.ASSIGNED


def line_of(case: Case, agency: str | None, now: datetime) -> Line:
    """The line of a case in an agency's queue, or on the board (None)."""
    parts = parts_of(case)
    mine = [part for part in parts if agency is None or part.agency == agency]
    return Line(
        case=case,
        part=min(mine, key=lambda part: _need(part, now), default=None),
        parts=parts,
        severe=tuple(each for each in case.symptoms if each in SEVERE),
        symptoms=tuple(each for each in case.symptoms if each not in SEVERE),
        snippet=snippet_of(case.words),
    )


def parts_of(case: Case) -> tuple[Part, ...]:
    """The newest task of each agency."""
    newest = {task.agency: task for task in case.tasks}
    return tuple(Part(agency=agency, task=task, clock=running_clock(task)) for agency, task in newest.items())


def snippet_of(words: str) -> str:
    """The beginning in one line, cut at a word."""
    line = " ".join(words.split())
    return line if len(line) <= _SNIPPET else line[:_SNIPPET].rsplit(" ", 1)[0] + "…"


def _need(part: Part, now: datetime) -> tuple[bool, int]:
    return (not part.is_late(now), _ORDER.index(part.task.status))
