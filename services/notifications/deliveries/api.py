"""The ledger over HTTP: what became of each message about an alert, to whom, and why."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from services.notifications.deliveries.domain import DeliveryStatus, What
from services.notifications.deliveries.ledger import Entry, Ledger, next_cursor
from shared.http import Cursor, Page, PageSize, decode_cursor
from shared.security import Person, Role, require

Reader = Annotated[Person, require(Role.PRESS_OFFICER, Role.COMMITTEE, Role.OPERATOR, scope="alerts")]


class TryView(BaseModel):
    """One attempt; `under-way` is one that nobody heard the end of."""

    at: datetime
    outcome: str
    seconds: float


class DeliveryView(BaseModel):
    """One message to one recipient."""

    id: str
    what: What
    recipient_id: str
    recipient: str
    channel: str
    status: DeliveryStatus
    attempts: list[TryView]
    reason: str
    next_attempt_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, entry: Entry) -> "DeliveryView":
        state = entry.delivery.state
        is_waiting = state.status is DeliveryStatus.WAITING
        return cls(
            id=entry.delivery.id,
            what=state.what,
            recipient_id=state.recipient_id,
            recipient=entry.recipient,
            channel=state.channel,
            status=state.status,
            attempts=[TryView(at=each.at, outcome=each.outcome, seconds=each.seconds) for each in state.tries],
            reason=state.reason,
            next_attempt_at=state.next_attempt_at if is_waiting else None,
            ended_at=state.ended_at,
        )


def router(ledger: Ledger) -> APIRouter:
    """The routes of deliveries."""
    routes = APIRouter(prefix="/api/v1", tags=["deliveries"])

    @routes.get("/alerts/{alert_id}/deliveries")
    async def list_deliveries(
        alert_id: Annotated[str, Path(max_length=100)], _: Reader, size: PageSize = 50, cursor: Cursor = None
    ) -> Page[DeliveryView]:
        what, delivery_id = decode_cursor(cursor, (str, str)) if cursor else ("", "")
        entries = await ledger.page(alert_id, limit=size, after=(what, delivery_id) if cursor else None)
        return Page(items=[DeliveryView.of(each) for each in entries], next=next_cursor(entries, size))

    return routes
