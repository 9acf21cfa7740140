"""What deliveries do when an alert is published or cancelled: one message for each who listens."""

from collections.abc import Sequence

from services.notifications.deliveries.domain import Delivery, decide_delivery, delivery_id_of
from services.notifications.deliveries.store import GROUP, MongoDeliveries
from services.notifications.subscriptions.store import MongoSubscriptions
from shared.clock import Clock
from shared.events import Received
from shared.events.notifications import AlertCancelled, AlertPublished
from shared.messaging import Said, consumes
from shared.pending import Fact


@consumes(AlertPublished, AlertCancelled, group=GROUP)
async def address_alerts(
    received: Sequence[Received[AlertPublished | AlertCancelled]],
    subscriptions: MongoSubscriptions,
    deliveries: MongoDeliveries,
    clock: Clock,
) -> Said:
    """Each alert becomes one delivery per subscriber who was there when it was said, however often it is read."""
    facts: list[Fact[Delivery]] = []
    for each in received:
        event, now = each.event, clock()
        said_at = event.published_at if isinstance(event, AlertPublished) else event.cancelled_at
        for recipient in await subscriptions.listening(event.wards, said_at):
            change = decide_delivery(event, each.id, recipient, now)
            facts.append(Fact.of(each, delivery_id_of(each.id, recipient), change))
    return await deliveries.aggregates.record(facts)
