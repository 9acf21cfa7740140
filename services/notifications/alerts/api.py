"""Alerts over HTTP: the public's list, and the press desk's steps."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from services.notifications.alerts.audience import Audience
from services.notifications.alerts.commands import CancelAlert, DraftAlert
from services.notifications.alerts.desk import AlertDesk
from services.notifications.alerts.domain import Alert, AlertStatus, Words
from shared.events.notifications import Bilingual, Severity
from shared.http import IdempotencyKey, etag, sent_again
from shared.pending import Versioned
from shared.security import Person, Role, require

Press = Annotated[Person, require(Role.PRESS_OFFICER, scope="alerts")]
Approver = Annotated[Person, require(Role.PRESS_OFFICER, Role.COMMITTEE, scope="alerts")]
AlertId = Annotated[str, Path(max_length=100)]


class PublicAlert(BaseModel):
    """An alert as everybody may read it."""

    id: str
    headline: Bilingual
    text: Bilingual
    severity: Severity
    wards: tuple[str, ...]
    status: AlertStatus
    published_at: datetime | None
    expires_at: datetime
    cancelled_at: datetime | None
    reason: Bilingual | None
    synthetic: bool

    @classmethod
    def of(cls, stored: Versioned[Alert]) -> "PublicAlert":
        return cls(**_public(stored))


class DeskAlert(PublicAlert):
    """With who drafted, approved and cancelled it."""

    version: int
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    cancelled_by: str | None

    @classmethod
    def of(cls, stored: Versioned[Alert]) -> "DeskAlert":
        state = stored.state
        return cls(
            **_public(stored),
            version=stored.version,
            drafted_by=state.drafted_by,
            drafted_at=state.drafted_at,
            approved_by=state.approved_by,
            cancelled_by=state.cancelled_by,
        )


class AlertPreview(BaseModel):
    """Exactly what would go out, and to how many."""

    alert: DeskAlert
    webhooks: int
    screens: int


def router(desk: AlertDesk, audience: Audience) -> APIRouter:
    """The routes of alerts."""
    routes = APIRouter(prefix="/api/v1", tags=["alerts"])

    @routes.get("/alerts")
    async def list_alerts() -> list[PublicAlert]:
        """The alerts of the last two weeks, newest first."""
        return [PublicAlert.of(each) for each in await desk.public()]

    @routes.get("/alerts/{alert_id}")
    async def show_alert(alert_id: AlertId, response: Response) -> PublicAlert:
        found = await desk.published(alert_id)
        response.headers["ETag"] = etag(found.version)
        return PublicAlert.of(found)

    @routes.get("/desk/alerts")
    async def list_drafts_and_all(_: Approver) -> list[DeskAlert]:
        return [DeskAlert.of(each) for each in await desk.alerts.newest()]

    @routes.get("/desk/alerts/{alert_id}")
    async def preview_alert(alert_id: AlertId, _: Approver, response: Response) -> AlertPreview:
        found = await desk.alerts.aggregates.get(alert_id)
        reached = await audience.of(found.state.wards)
        response.headers["ETag"] = etag(found.version)
        return AlertPreview(alert=DeskAlert.of(found), webhooks=reached.webhooks, screens=reached.screens)

    @routes.post("/alerts", status_code=201, responses=sent_again(DeskAlert))
    async def draft_alert(command: DraftAlert, key: IdempotencyKey, person: Press, response: Response) -> DeskAlert:
        drafted = await desk.draft(key, command, person.account)
        response.status_code = 201 if drafted.first else 200
        return DeskAlert.of(drafted)

    @routes.post("/alerts/{alert_id}:publish")
    async def publish_alert(alert_id: AlertId, key: IdempotencyKey, person: Approver) -> DeskAlert:
        """Approve somebody else's draft. From here on it is out."""
        return DeskAlert.of(await desk.publish(alert_id, key, person.account))

    @routes.post("/alerts/{alert_id}:cancel")
    async def cancel_alert(
        alert_id: AlertId, command: CancelAlert, key: IdempotencyKey, person: Approver
    ) -> DeskAlert:
        return DeskAlert.of(await desk.cancel(alert_id, command, key, person.account))

    return routes


def _public(stored: Versioned[Alert]) -> dict[str, object]:
    state = stored.state
    return {
        "id": stored.id,
        "headline": state.headline.said(),
        "text": state.text.said(),
        "severity": state.severity,
        "wards": state.wards,
        "status": state.status,
        "published_at": state.published_at,
        "expires_at": state.expires_at,
        "cancelled_at": state.cancelled_at,
        "reason": state.reason.said() if isinstance(state.reason, Words) else None,
        "synthetic": state.synthetic,
    }
