"""What the demo came to: one document, for the table and for programs."""

from collections.abc import Mapping

import msgspec

from deploy.demo.ledger import Score, Surprise
from deploy.demo.privacy import PrivacyFigures
from deploy.demo.reconciliation import Row


class Check(msgspec.Struct, frozen=True):
    """Something that must be right every time (`must`), or is a score."""

    name: str
    right: int
    of: int
    must: bool

    @classmethod
    def of_score(cls, name: str, score: Score, *, must: bool) -> "Check":
        return cls(name, score.right, score.of, must)

    @property
    def holds(self) -> bool:
        return not self.must or self.right == self.of


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one day that was played.

    Attributes:
        seed, size: what makes the same day again.
        played_seconds, settled_seconds: until all was answered, and until all had gone its ways.
        settled: whether it had in time.
        times: in milliseconds.
        guests: reports that others sent meanwhile; they are in none of the figures.
    """

    seed: int
    size: int
    played_seconds: float
    settled_seconds: float
    settled: bool
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    times: Mapping[str, Mapping[str, float]]
    privacy: PrivacyFigures
    surprises: tuple[Surprise, ...]
    misjudged: tuple[str, ...] = ()
    guests: int = 0

    @property
    def broken(self) -> list[str]:
        """What does not reconcile, by name; empty when everything does."""
        return [
            *(row.name for row in self.rows if not row.agrees),
            *(check.name for check in self.checks if not check.holds),
            *(["nothing private on Kafka"] if self.privacy.leaks else []),
            *([] if self.settled else ["everything has gone its ways"]),
        ]

    def document(self) -> Mapping[str, object]:
        """With the verdict in front, for `--json`."""
        return {"reconciled": not self.broken, "broken": self.broken, **msgspec.structs.asdict(self)}
