"""Notifications, assembled: who is given what, what is consumed, what is offered."""

from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter, FastAPI

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
from shared.clock import Clock
from shared.jobs import JobRunner
from shared.messaging import Reaction, reaction
from shared.outbound import Outbound, Reach
from shared.runtime import Parts, Runtime
from shared.settings import Settings
from shared.web.pages import Pages

HERE = Path(__file__).parent
LEASE = timedelta(seconds=30)
"""How long a delivery is one process's own: 20 s longer than the longest call."""
_AT_ONCE = 400


def create_app(settings: Settings, *, tries: Tries | None = None, lease: timedelta = LEASE) -> FastAPI:
    """The ASGI application of notifications.

    Args:
        settings: of this process.
        tries: how patiently messages are delivered.
        lease: how long a delivery is one process's own.
    """
    runtime = Runtime("notifications", settings)
    pages = runtime.pages(HERE / "alerts", HERE / "subscriptions", HERE / "situation")
    stores = _Stores(runtime)
    outbound = Outbound()
    webhooks = Webhooks(outbound, runtime.vault, Reach.of(settings), runtime.clock)
    desk = AlertDesk(alerts=stores.alerts, profile=runtime.profile, audit=runtime.audit, clock=runtime.clock)
    live = LiveAlerts(desk, pages, runtime.profile)
    board = SituationBoard(stores.situation, stores.own, pages, runtime.clock)
    runner = JobRunner(
        stores.deliveries,
        _sender(runtime, stores, webhooks, tries or Tries()),
        holder=runtime.leases.holder,
        lease=lease,
        parallel=_AT_ONCE,
    )

    async def deliver() -> None:
        async with outbound:
            await runner.run()

    return runtime.app(
        Parts(
            title="Hải Vân – thông báo",
            routers=[
                *_alerts(runtime, stores, desk, live, pages),
                *_subscriptions(runtime, stores, webhooks, pages),
                situation_api.router(board),
                situation_pages.router(board, pages, runtime.streams),
            ],
            reactions=stores.reactions(runtime.clock),
            prepare=stores.prepare,
            tasks=[live.run, deliver, board.run],
            pages=pages,
        )
    )


class _Stores:
    """What this service keeps, and what it does when an event comes in."""

    def __init__(self, runtime: Runtime) -> None:
        self.alerts = MongoAlerts(runtime)
        self.subscriptions = MongoSubscriptions(runtime)
        self.deliveries = MongoDeliveries(runtime)
        self.situation = MongoSituation(runtime)
        self.prepare = [each.prepare for each in (self.alerts, self.subscriptions, self.deliveries, self.situation)]
        self.own = Own(
            alerts=self.alerts.published,
            deliveries=self.deliveries.settled,
            deliveries_waiting=self.deliveries.waiting,
        )

    def reactions(self, clock: Clock) -> list[Reaction]:
        return [
            reaction(address_alerts, subscriptions=self.subscriptions, deliveries=self.deliveries, clock=clock),
            reaction(keep_facts, situation=self.situation),
            reaction(keep_counts, situation=self.situation),
        ]


def _alerts(runtime: Runtime, stores: _Stores, desk: AlertDesk, live: LiveAlerts, pages: Pages) -> list[APIRouter]:
    audience = Audience(subscriptions=stores.subscriptions, live=live)
    ledger = Ledger(deliveries=stores.deliveries, subscriptions=stores.subscriptions)
    screens = DeskScreens(desk, audience, ledger, pages)
    return [
        alerts_api.router(desk, audience),
        deliveries_api.router(ledger),
        alerts_pages.public_router(desk, live, pages, runtime.streams),
        alerts_pages.drafting_router(desk, screens, pages),
        alerts_pages.deciding_router(desk, screens, pages, runtime.streams),
    ]


def _subscriptions(runtime: Runtime, stores: _Stores, webhooks: Webhooks, pages: Pages) -> list[APIRouter]:
    desk = SubscriptionDesk(
        subscriptions=stores.subscriptions,
        webhooks=webhooks,
        vault=runtime.vault,
        profile=runtime.profile,
        reach=Reach.of(runtime.settings),
        audit=runtime.audit,
        clock=runtime.clock,
    )
    return [
        subscriptions_api.router(desk),
        subscriptions_pages.joining_router(desk, pages),
        subscriptions_pages.changing_router(desk, pages),
    ]


def _sender(runtime: Runtime, stores: _Stores, webhooks: Webhooks, tries: Tries) -> Sender:
    return Sender(
        alerts=stores.alerts,
        subscriptions=stores.subscriptions,
        webhooks=webhooks,
        origin=runtime.settings.url_of("notifications"),
        tries=tries,
        clock=runtime.clock,
    )
