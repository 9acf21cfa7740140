"""Subscriptions over HTTP, for agencies' engineers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.notifications.subscriptions.commands import SubscribeWebhook
from services.notifications.subscriptions.desk import SubscriptionDesk
from services.notifications.subscriptions.domain import Subscription, SubscriptionStatus
from shared.http import IdempotencyKey, IfMatch, etag, sent_again
from shared.pending import Versioned
from shared.rate_limits import RateLimit
from shared.security import Person, Role, require

Subscriber = Annotated[Person, require(Role.ENGINEER, Role.OFFICER, Role.OPERATOR, scope="subscriptions")]
SubscriptionId = Annotated[str, Path(max_length=100)]


class SubscriptionView(BaseModel):
    """A subscription without its secret."""

    id: str
    label: str
    url: str
    wards: tuple[str, ...]
    status: SubscriptionStatus
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, stored: Versioned[Subscription]) -> "SubscriptionView":
        state = stored.state
        return cls(
            id=stored.id,
            label=state.label,
            url=state.url,
            wards=state.wards,
            status=state.status,
            made_at=state.made_at,
            ended_at=state.ended_at,
        )


class NewSubscription(SubscriptionView):
    """With the secret that signs every message (Standard Webhooks), shown this once."""

    secret: str | None


class PingOutcome(BaseModel):
    """What came of a trial message: the receiver's status, or why there is none."""

    ok: bool
    outcome: str
    seconds: float


def router(desk: SubscriptionDesk) -> APIRouter:
    """The routes of subscriptions."""
    routes = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"])

    @routes.get("")
    async def list_subscriptions(person: Subscriber) -> list[SubscriptionView]:
        return [SubscriptionView.of(each) for each in await desk.of(person)]

    @routes.post(
        "", status_code=201, responses=sent_again(NewSubscription), dependencies=[Depends(RateLimit("30/minute"))]
    )
    async def subscribe(
        command: SubscribeWebhook, key: IdempotencyKey, person: Subscriber, response: Response
    ) -> NewSubscription:
        made = await desk.subscribe(key, command, person)
        response.status_code = 201 if made.subscription.first else 200
        return NewSubscription(**SubscriptionView.of(made.subscription).model_dump(), secret=made.secret)

    @routes.get("/{subscription_id}")
    async def show_subscription(
        subscription_id: SubscriptionId, person: Subscriber, response: Response
    ) -> SubscriptionView:
        found = await desk.visible(subscription_id, person)
        response.headers["ETag"] = etag(found.version)
        return SubscriptionView.of(found)

    @routes.put("/{subscription_id}")
    async def change_subscription(
        subscription_id: SubscriptionId,
        command: SubscribeWebhook,
        key: IdempotencyKey,
        version: IfMatch,
        person: Subscriber,
    ) -> SubscriptionView:
        return SubscriptionView.of(await desk.change(subscription_id, command, key, person, version))

    @routes.delete("/{subscription_id}")
    async def leave(subscription_id: SubscriptionId, key: IdempotencyKey, person: Subscriber) -> SubscriptionView:
        return SubscriptionView.of(await desk.leave(subscription_id, key, person))

    @routes.post("/{subscription_id}:ping", dependencies=[Depends(RateLimit("10/minute"))])
    async def ping(subscription_id: SubscriptionId, person: Subscriber) -> PingOutcome:
        outcome = await desk.ping(subscription_id, person)
        return PingOutcome(ok=outcome.is_ok, outcome=outcome.reason, seconds=round(outcome.seconds, 3))

    return routes
