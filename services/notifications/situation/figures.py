"""The overview's figures, made of what the store counts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.clock import HANOI
from shared.events.cases import Urgency

HOUR = timedelta(hours=1)

COUNTED = (
    "intake.reports.received", "intake.calls.answered", "intake.calls.missed", "intake.calls.ended",
    "routing.cases.triaged", "checkpoints.passes.recorded", "checkpoints.flags.raised", "checkpoints.permits.issued",
    "notifications.alerts.published", "notifications.alerts.cancelled", "notifications.deliveries.sent",
    "notifications.deliveries.failed", "notifications.deliveries.given_up",
)  # fmt: skip
"""The types that the overview shows by day and hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """How many events of one type and one set of properties."""

    type: str
    dimensions: Mapping[str, str | bool]
    today: int
    recent: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A type of event and, for opened cases, what they were opened for."""

    type: str
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCounts:
    """What a service says it holds."""

    documents: Mapping[str, int]
    pending: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    open: int
    taken: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyTasks:
    """An agency's open tasks, those it has taken, and those past their deadline."""

    agency: str
    open: int
    taken: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Today (since midnight in Vietnam) and within the last hour."""

    today: int = 0
    hour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything on the screen, as of one moment (UTC).

    `synthetic` and `real` are today's reports and passes of either kind: a drill must never pass for the real thing.
    """

    as_of: datetime
    totals: Mapping[str, Counted]
    reports_by_kind: Mapping[str, Counted] = field(default_factory=dict)
    cases_by_urgency: Mapping[str, Counted] = field(default_factory=dict)
    calls_by_outcome: Mapping[str, Counted] = field(default_factory=dict)
    passes_by_verdict: Mapping[str, Counted] = field(default_factory=dict)
    passes_by_post: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    flags_by_kind: Mapping[str, Counted] = field(default_factory=dict)
    cases: CaseFigures
    tasks: tuple[AgencyTasks, ...] = ()
    deliveries_waiting: int = 0
    synthetic: int = 0
    real: int = 0

    @property
    def is_all_synthetic(self) -> bool:
        return self.synthetic > 0 and self.real == 0


def day_began(now: datetime) -> datetime:
    """The last midnight in Vietnam."""
    return now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def situation_of(
    now: datetime,
    slices: Iterable[Slice],
    cases: CaseFigures,
    tasks: Iterable[AgencyTasks],
    deliveries_waiting: int,
) -> Situation:
    """Fold what was counted into the screen's figures."""
    all_of = list(slices)
    marked = [each for each in all_of if "synthetic" in each.dimensions and each.type in _MARKED]
    return Situation(
        as_of=now,
        totals={kind: _sum(each for each in all_of if each.type == kind) for kind in COUNTED},
        reports_by_kind=_by("kind", "intake.reports.received", all_of),
        cases_by_urgency=_most_urgent_first(_by("urgency", "routing.cases.triaged", all_of)),
        calls_by_outcome=_by("outcome", "intake.calls.ended", all_of),
        passes_by_verdict=_by("verdict", "checkpoints.passes.recorded", all_of),
        passes_by_post=_by_post(all_of),
        flags_by_kind=_by("kind", "checkpoints.flags.raised", all_of),
        cases=cases,
        tasks=tuple(tasks),
        deliveries_waiting=deliveries_waiting,
        synthetic=sum(each.today for each in marked if each.dimensions["synthetic"] is True),
        real=sum(each.today for each in marked if each.dimensions["synthetic"] is False),
    )


_MARKED = frozenset({"intake.reports.received", "checkpoints.passes.recorded"})


def _sum(slices: Iterable[Slice]) -> Counted:
    mine = list(slices)
    return Counted(today=sum(each.today for each in mine), hour=sum(each.recent for each in mine))


def _by(name: str, kind: str, slices: Iterable[Slice]) -> dict[str, Counted]:
    mine = [each for each in slices if each.type == kind and each.dimensions.get(name) is not None]
    values = sorted({str(each.dimensions[name]) for each in mine})
    return {value: _sum(each for each in mine if each.dimensions[name] == value) for value in values}


def _most_urgent_first(counted: Mapping[str, Counted]) -> dict[str, Counted]:
    levels = [level.value for level in Urgency]
    return dict(sorted(counted.items(), key=lambda each: levels.index(each[0]) if each[0] in levels else len(levels)))


def _by_post(slices: Iterable[Slice]) -> dict[str, dict[str, int]]:
    posts: dict[str, dict[str, int]] = {}
    for each in slices:
        if each.type == "checkpoints.passes.recorded":
            verdicts = posts.setdefault(str(each.dimensions["post_id"]), {})
            verdict = str(each.dimensions["verdict"])
            verdicts[verdict] = verdicts.get(verdict, 0) + each.today
    return dict(sorted(posts.items()))
