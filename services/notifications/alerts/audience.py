"""Whom an alert would reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notifications.alerts.live import LiveAlerts
from services.notifications.subscriptions.store import MongoSubscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """`webhooks` get a message each; `screens` are open in this process now and show it at once."""

    webhooks: int
    screens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Counts before anything goes out."""

    subscriptions: MongoSubscriptions
    live: LiveAlerts

    async def of(self, wards: Sequence[str]) -> Reached:
        """How many an alert for these wards (none: the province) reaches now."""
        return Reached(webhooks=await self.subscriptions.count(wards), screens=len(self.live))
