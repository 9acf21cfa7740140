"""Notifications, assembled: who is given what, what is consumed, what is offered."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from services.notifications.alerts import api as alerts_api
from services.notifications.alerts import pages as alerts_pages
from services.notifications.alerts.audience import Audience
from services.notifications.alerts.desk import AlertDesk
from services.notifications.alerts.live import LiveAlerts
from services.notifications.alerts.screens import DeskScreens
from services.notifications.alerts.store import MongoAlerts
from services.notifications.deliveries import api as deliveries_api
from services.notifications.deliveries.domain import Tries
from services.notifications.deliveries.handlers import address_alerts
from services.notifications.deliveries.ledger import Ledger
from services.notifications.deliveries.sender import Sender
from services.notifications.deliveries.store import MongoDeliveries
from services.notifications.deliveries.webhooks import Webhooks
from services.notifications.situation import api as situation_api
from services.notifications.situation import pages as situation_pages
from services.notifications.situation.board import Own, SituationBoard
from services.notifications.situation.handlers import keep_counts, keep_facts
from services.notifications.situation.store import MongoSituation
from services.notifications.subscriptions import api as subscriptions_api
from services.notifications.subscriptions import pages as subscriptions_pages
from services.notifications.subscriptions.desk import SubscriptionDesk
from services.notifications.subscriptions.store import MongoSubscriptions
from shared.jobs import JobRunner
from shared.messaging import reaction
from shared.outbound import Outbound, Reach
from shared.runtime import Parts, Runtime
from shared.settings import Settings

HERE = Path(__file__).parent
LEASE = timedelta(seconds=30)
_AT_ONCE = 400


def create_app(settings: Settings, *, tries: Tries | None = None, lease: timedelta = LEASE) -> FastAPI:
    """The ASGI application of notifications.

    Args:
        settings: of this process.
        tries: how patiently messages are delivered.
        lease: how long a delivery is one process's own; longer than the longest call.
    """
    runtime = Runtime("notifications", settings)
    pages = runtime.pages(HERE / "alerts", HERE / "subscriptions", HERE / "situation")
    reach = Reach.LOOPBACK if settings.environment == "embedded" else Reach.PUBLIC
    alerts, subscriptions, deliveries = MongoAlerts(runtime), MongoSubscriptions(runtime), MongoDeliveries(runtime)
    desk = AlertDesk(alerts=alerts, profile=runtime.profile, audit=runtime.audit, clock=runtime.clock)
    live = LiveAlerts(desk, pages, runtime.profile)
    audience = Audience(subscriptions=subscriptions, live=live)
    ledger = Ledger(deliveries=deliveries, subscriptions=subscriptions)
    screens = DeskScreens(desk, audience, ledger, pages)
    outbound = Outbound()
    webhooks = Webhooks(outbound, runtime.vault, reach, runtime.clock)
    subscribing = SubscriptionDesk(
        subscriptions=subscriptions,
        webhooks=webhooks,
        vault=runtime.vault,
        profile=runtime.profile,
        reach=reach,
        audit=runtime.audit,
        clock=runtime.clock,
    )
    sender = Sender(
        alerts=alerts,
        subscriptions=subscriptions,
        webhooks=webhooks,
        origin=settings.url_of("notifications"),
        tries=tries or Tries(),
        clock=runtime.clock,
    )
    runner = JobRunner(deliveries, sender, holder=runtime.leases.holder, lease=lease, parallel=_AT_ONCE)

    situation = MongoSituation(runtime)
    own = Own(alerts=alerts.published, deliveries=deliveries.settled, deliveries_waiting=deliveries.waiting)
    board = SituationBoard(situation, own, pages, runtime.clock)

    async def deliver() -> None:
        async with outbound:
            await runner.run()

    return runtime.app(
        Parts(
            title="Hải Vân – thông báo",
            routers=[
                alerts_api.router(desk, audience),
                deliveries_api.router(ledger),
                subscriptions_api.router(subscribing),
                alerts_pages.public_router(desk, live, pages, runtime.streams),
                alerts_pages.drafting_router(desk, screens, pages),
                alerts_pages.deciding_router(desk, screens, pages, runtime.streams),
                subscriptions_pages.joining_router(subscribing, pages),
                subscriptions_pages.changing_router(subscribing, pages),
                situation_api.router(board),
                situation_pages.router(board, pages, runtime.streams),
            ],
            reactions=[
                reaction(address_alerts, subscriptions=subscriptions, deliveries=deliveries, clock=runtime.clock),
                reaction(keep_facts, situation=situation),
                reaction(keep_counts, situation=situation),
            ],
            stores=[alerts.aggregates, subscriptions.aggregates, deliveries.aggregates],
            prepare=[
                alerts.prepare,
                subscriptions.prepare,
                deliveries.prepare,
                situation.prepare,
                runtime.vault.prepare,
            ],
            tasks=[live.run, deliver, board.run],
            pages=pages,
        )
    )
