"""One attempt to deliver: is it still worth it, to whom, and what came of it."""

from dataclasses import dataclass

from services.notifications.alerts.domain import AlertStatus
from services.notifications.alerts.store import MongoAlerts
from services.notifications.deliveries.domain import Delivery, Tries, What, next_try
from services.notifications.deliveries.messages import alert_message
from services.notifications.deliveries.store import Job, Tried
from services.notifications.deliveries.webhooks import Webhooks
from services.notifications.subscriptions.domain import SubscriptionStatus, decide_end
from services.notifications.subscriptions.store import MongoSubscriptions
from shared.clock import Clock
from shared.events import Cause
from shared.mongo import AWAY
from shared.outbound import Outcome
from shared.pending import Command

_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What `shared.jobs.JobRunner` calls for each claimed delivery."""

    alerts: MongoAlerts
    subscriptions: MongoSubscriptions
    webhooks: Webhooks
    origin: str
    tries: Tries
    clock: Clock

    async def __call__(self, job: Job) -> Tried:
        """Make one attempt; raises for nothing, since the job must be settled."""
        try:
            return await self._attempt(job)
        except AWAY:
            return Tried(ok=False, reason="store-away", again_at=next_try(job.delivery, self.clock(), self.tries))

    async def _attempt(self, job: Job) -> Tried:
        delivery = job.delivery
        if self.clock() >= delivery.expires_at:
            return _given_up("expired")
        subscription = await self.subscriptions.aggregates.get(delivery.recipient_id)
        if not subscription.state.is_active:
            return _given_up(f"subscription-{subscription.state.status}")
        alert = await self.alerts.aggregates.get(delivery.about)
        if delivery.what is What.PUBLISHED and alert.state.status is AlertStatus.CANCELLED:
            return _given_up("alert-cancelled")  # the cancellation is on its way; a late alert would undo it
        body = alert_message(delivery.what, delivery.event_id, alert.id, alert.state, self.origin)
        outcome = await self.webhooks.send(subscription.id, subscription.state, job.id, body)
        if outcome.status == _GONE:
            await self._end(job)
        return self._tried(delivery, outcome)

    def _tried(self, delivery: Delivery, outcome: Outcome) -> Tried:
        is_final = outcome.is_ok or outcome.status == _GONE
        again_at = None if is_final else next_try(delivery, self.clock(), self.tries)
        return Tried(outcome.is_ok, outcome.reason, again_at, outcome.seconds)

    async def _end(self, job: Job) -> None:
        """The receiver says that it is no more; before the delivery is settled, so that a kill between repeats it."""
        now = self.clock()
        await self.subscriptions.aggregates.change(
            job.delivery.recipient_id,
            lambda s: decide_end(s, SubscriptionStatus.GONE, now),
            Cause.of_command(job.id),
            command=Command(id=f"gone/{job.id}"),
        )


def _given_up(reason: str) -> Tried:
    return Tried(ok=False, reason=reason)
