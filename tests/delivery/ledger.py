"""What the doors answered: the client's word, which the oracle holds against stores, topics and receivers."""

from collections import defaultdict
from dataclasses import dataclass, field

from deploy.demo.doors import Answered


@dataclass(slots=True, kw_only=True)
class Ledger:
    """By kind of record (`reports`, `calls`, …), the ids that were sent and those that were answered with 2xx.

    Attributes:
        surprises: answers that nobody expects, in words; a 5xx other than 503 is one.
        unlike: retries that got another answer than the first time.
    """

    tried: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    told: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    surprises: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)

    def surprised(self, path: str, answered: Answered) -> None:
        self.surprises.append(f"{path}: {answered.status} {answered.slug} {str(answered.body)[:200]}")

    @property
    def accepted(self) -> int:
        """How many records were accepted, of all kinds."""
        return sum(len(ids) for ids in self.told.values())
