"""What the doors answered: the only thing that the demo believes when it counts what must be on Kafka and stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.demo.actions import Action, ActionKind
from deploy.demo.doors import Answered


@dataclass(frozen=True, slots=True)
class Surprise:
    """An answer that nobody expected."""

    kind: ActionKind
    key: str
    about: str
    status: int
    slug: str


@dataclass(slots=True)
class Score:
    """How often what was expected for certain came true."""

    right: int = 0
    of: int = 0

    def note(self, *, is_right: bool) -> None:
        self.right += is_right
        self.of += 1


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What was accepted (HTTP 2xx), by id.

    Attributes:
        reports: report → when its answer came (monotonic seconds), calls' reports included.
        codes: report → tracking code, which a retry must get again.
        calls: call → `ended` or `missed`.
        permits: permit → the code that its holder shows.
        passes: pass → verdict.
        flagged: the flags that answers named, as (pass, kind).
        alerts, cancelled: alerts that are out, and those taken back.
        steps: agencies' steps taken over HTTP → agency.
        updates: agencies' steps sent on Kafka (`ce_id`) → agency.
        seconds: how long answers took, by what was asked.
        repeated: retries that got the first answer again.
        misjudged: passes whose verdict or flags are not what was certain, in words.
    """

    reports: dict[str, float] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    permits: dict[str, str] = field(default_factory=dict)
    watched: set[str] = field(default_factory=set)
    passes: dict[str, str] = field(default_factory=dict)
    flagged: set[tuple[str, str]] = field(default_factory=set)
    alerts: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    steps: dict[str, str] = field(default_factory=dict)
    updates: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    repeated: Score = field(default_factory=Score)
    refused: Score = field(default_factory=Score)
    call_115: Score = field(default_factory=Score)
    verdicts: Score = field(default_factory=Score)
    flags: Score = field(default_factory=Score)
    misjudged: list[str] = field(default_factory=list)
    surprises: list[Surprise] = field(default_factory=list)
    played: Counter[ActionKind] = field(default_factory=Counter)

    def timed(self, what: str, answered: Answered) -> None:
        self.seconds.setdefault(what, []).append(answered.seconds)

    def surprised(self, action: Action, about: str, answered: Answered) -> None:
        self.surprises.append(Surprise(action.kind, action.key, about, answered.status, answered.slug))


def middle_and_tail(seconds: list[float]) -> Mapping[str, float]:
    """The median and the 99th percentile, in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {
        "count": len(ordered),
        "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "p99_ms": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], 1),
    }
