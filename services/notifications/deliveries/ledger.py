"""The ledger as people read it: deliveries with their recipients' names. An address is never in it, only its host."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.notifications.deliveries.domain import Delivery, What
from services.notifications.deliveries.store import MongoDeliveries, Tally
from services.notifications.subscriptions.domain import Subscription
from services.notifications.subscriptions.store import MongoSubscriptions
from shared.http import encode_cursor
from shared.pending import Versioned


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A delivery and what its recipient is called."""

    delivery: Versioned[Delivery]
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Reads, page by page."""

    deliveries: MongoDeliveries
    subscriptions: MongoSubscriptions

    async def page(self, about: str, *, limit: int, after: tuple[str, str] | None = None) -> list[Entry]:
        """A page of the deliveries about an alert."""
        found = await self.deliveries.ledger(about, limit=limit, after=after)
        named = await self.subscriptions.named([each.state.recipient_id for each in found])
        return [Entry(delivery=each, recipient=_name(named.get(each.state.recipient_id))) for each in found]

    async def tally(self, about: str) -> dict[What, Tally]:
        """How many wait, arrived, were given up."""
        return await self.deliveries.tally(about)


def next_cursor(entries: list[Entry], size: int) -> str | None:
    """Where the next page begins, or None on the last one."""
    if len(entries) < size:
        return None
    last = entries[-1].delivery
    return encode_cursor(last.state.what.value, last.id)


def _name(subscription: Subscription | None) -> str:
    return f"{subscription.label} ({urlsplit(subscription.url).hostname})" if subscription else "?"
