"""What is held side by side, line by line: whose store, which events, and what must follow from them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.notifications.situation.figures import Seen, ServiceCounts
from services.notifications.situation.reconciliation import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumbers:
    """What this service counts of itself, better than by collection: alerts that are out, messages that ended."""

    stored: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is held side by side: whose store, which events, and what must follow from them."""

    what: str
    service: str
    collection: str
    seen: tuple[str, ...]
    followed: Seen | None = None
    may_be_silent: bool = False

    def numbers(self, counts: ServiceCounts | None, seen: Mapping[Seen, int], own: OwnNumbers) -> Numbers:
        """What this line comes to at one moment."""
        stored = counts.documents.get(self.collection) if counts else None
        stored_at = counts.at if counts else None
        if self.what in own.stored:
            stored, stored_at = own.stored[self.what], own.at
        return Numbers(
            stored=stored,
            stored_at=stored_at if stored is not None else None,
            pending=counts.pending if counts else 0,
            on_kafka=sum(number for key, number in seen.items() if key.type in self.seen),
            followed=seen.get(self.followed, 0) if self.followed else None,
            may_be_silent=self.may_be_silent,
        )


LINES = (
    Line(
        what="reports",
        service="intake",
        collection="reports",
        seen=("intake.reports.received",),
        followed=Seen("routing.cases.opened", "report"),
    ),
    Line(what="cases", service="routing", collection="cases", seen=("routing.cases.opened",)),
    Line(
        what="calls",
        service="intake",
        collection="calls",
        seen=("intake.calls.answered", "intake.calls.missed"),
        may_be_silent=True,
    ),
    Line(what="passes", service="checkpoints", collection="passes", seen=("checkpoints.passes.recorded",)),
    Line(
        what="flags",
        service="checkpoints",
        collection="flags",
        seen=("checkpoints.flags.raised",),
        followed=Seen("routing.cases.opened", "flag"),
    ),
    Line(what="permits", service="checkpoints", collection="permits", seen=("checkpoints.permits.issued",)),
    Line(what="alerts", service="notifications", collection="alerts", seen=("notifications.alerts.published",)),
    Line(
        what="deliveries",
        service="notifications",
        collection="deliveries",
        seen=("notifications.deliveries.sent", "notifications.deliveries.given_up"),
    ),
)

TYPES = tuple({kind for line in LINES for kind in (*line.seen, *([line.followed.type] if line.followed else []))})
"""Every type that is counted from the beginning."""
