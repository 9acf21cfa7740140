"""What the stores hold = what is on Kafka = what followed from it: held side by side, continuously (F64). Pure.

The three numbers are taken at different moments while work goes on, so that a bare difference proves nothing. What
counts is how long the oldest missing item has been missing: with a history of samples, an item that was there at a
moment and is still not matched now is exactly that old. Half a minute after nothing is waiting any more it is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LATEST = timedelta(seconds=30)
"""After so long what is still missing will not come by itself."""
KEPT = timedelta(seconds=120)
"""How long samples are kept; longer than `LATEST` by far."""
_STALE = timedelta(seconds=120)
"""Counts older than this say nothing about the present."""
_CLOCKS = timedelta(seconds=1)
"""How far the clocks of two machines may be apart before a count seems to miss an event that came after it."""


class Verdict(StrEnum):
    MATCH = "match"
    WAITING = "waiting"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One line at one moment.

    Attributes:
        stored: documents in the owner's store; None while nobody has counted.
        stored_at: when they were counted (the owner's clock).
        pending: documents of the owner with events that the broker has not confirmed.
        on_kafka: events read from Kafka, each once.
        followed: what other services made of them; None where nothing follows.
        may_be_silent: documents may be there without having said anything (a call that still rings).
    """

    stored: int | None
    stored_at: datetime | None
    pending: int
    on_kafka: int
    followed: int | None = None
    may_be_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """All lines at one moment (UTC)."""

    at: datetime
    lines: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line as people read it. `missing_seconds` is how long the oldest unmatched item has been unmatched."""

    what: str
    stored: int | None
    on_kafka: int
    followed_by: int | None
    pending: int
    difference: int
    missing_seconds: float
    verdict: Verdict
    counted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """All lines; `balanced` only if every one of them matches."""

    as_of: datetime
    rows: tuple[Row, ...]

    @property
    def balanced(self) -> bool:
        return all(row.verdict is Verdict.MATCH for row in self.rows)

    @property
    def mismatches(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.verdict is Verdict.MISMATCH)


def reconcile(samples: Sequence[Sample]) -> Reconciliation:
    """Judge the newest sample by those before it; `samples` in order of time, at least one."""
    now = samples[-1].at
    rows = tuple(
        _row(what, [(s.at, s.lines[what]) for s in samples if what in s.lines]) for what in samples[-1].lines
    )
    return Reconciliation(as_of=now, rows=rows)


def kept(samples: Sequence[Sample], sample: Sample) -> list[Sample]:
    """The history with one more sample, without what is too old to matter."""
    return [each for each in samples if sample.at - each.at <= KEPT] + [sample]


History = Sequence[tuple[datetime, Numbers]]


def _row(what: str, history: History) -> Row:
    at, newest = history[-1]
    gaps = [_unpublished(history), _unknown(history), _unfollowed(history), _orphans(history)]
    difference, missing_for = max(n for n, _ in gaps), max(age for _, age in gaps)
    return Row(
        what=what,
        stored=newest.stored,
        on_kafka=newest.on_kafka,
        followed_by=newest.followed,
        pending=newest.pending,
        difference=difference,
        missing_seconds=missing_for.total_seconds(),
        verdict=_verdict(at, newest, difference, missing_for),
        counted_at=newest.stored_at,
    )


def _verdict(at: datetime, newest: Numbers, difference: int, missing_for: timedelta) -> Verdict:
    is_fresh = newest.stored_at is not None and at - newest.stored_at <= _STALE
    if not is_fresh:
        return Verdict.WAITING
    if difference == 0:
        return Verdict.MATCH
    return Verdict.MISMATCH if missing_for > LATEST and newest.pending == 0 else Verdict.WAITING


Gap = tuple[int, timedelta]


def _unpublished(history: History) -> Gap:
    """In a store, not on Kafka."""
    at, newest = history[-1]
    if newest.may_be_silent:
        return 0, timedelta()
    stored = [(n.stored_at, n.stored) for _, n in history if n.stored is not None and n.stored_at is not None]
    return _gap(stored, newest.on_kafka, at)


def _unknown(history: History) -> Gap:
    """On Kafka before the store was counted last, and not in it."""
    _, newest = history[-1]
    if newest.stored is None or newest.stored_at is None:
        return 0, timedelta()
    before = [(at, n.on_kafka) for at, n in history if at <= newest.stored_at - _CLOCKS]
    return _gap(before, newest.stored, newest.stored_at)


def _unfollowed(history: History) -> Gap:
    """On Kafka, and nothing came of it."""
    at, newest = history[-1]
    if newest.followed is None:
        return 0, timedelta()
    return _gap([(seen, n.on_kafka) for seen, n in history], newest.followed, at)


def _orphans(history: History) -> Gap:
    """Something came of what is not on Kafka."""
    at, newest = history[-1]
    followed = [(seen, n.followed) for seen, n in history if n.followed is not None]
    return _gap(followed, newest.on_kafka, at)


def _gap(source: Sequence[tuple[datetime, int]], target: int, now: datetime) -> Gap:
    """How many of the source the target lacks, and for how long it has lacked the oldest of them."""
    if not source or source[-1][1] <= target:
        return 0, timedelta()
    since = next(at for at, number in source if number > target)
    return source[-1][1] - target, max(timedelta(), now - since)
