"""The press office: drafts alerts, has them approved by a second person, takes one back."""

from datetime import timedelta

from deploy.demo.actions import Action, Alert, AlertCancelled
from deploy.demo.bodies import alert_body, cancellation_body
from deploy.demo.doors import Doors
from deploy.demo.ledger import Ledger
from deploy.demo.staff import COMMITTEE, PRESS, Staff
from deploy.demo.subscribers import Subscribers
from shared.ids import derived_id

AS_OF_TODAY = timedelta(days=1)
"""The day that is played was yesterday; its alerts go out now and must not be over already."""


class Press:
    """Plays alerts."""

    def __init__(self, doors: Doors, staff: Staff, ledger: Ledger, subscribers: Subscribers) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger
        self._subscribers = subscribers

    async def publish(self, action: Action, alert: Alert) -> None:
        """One person drafts, another approves; from then on it is out."""
        press, committee = await self._staff.caller(PRESS), await self._staff.caller(COMMITTEE)
        drafted = await self._doors.post(
            "notifications", "/api/v1/alerts", alert_body(alert, AS_OF_TODAY), press, key=action.key
        )
        if not drafted.is_yes:
            self._ledger.surprised(action, "draft", drafted)
            return
        path, key = f"/api/v1/alerts/{action.key}:publish", derived_id(action.key, "publish")
        published = await self._doors.post("notifications", path, None, committee, key=key)
        self._ledger.timed("alert", published)
        if published.is_yes:
            self._ledger.alerts.add(action.key)
        else:
            self._ledger.surprised(action, "publish", published)

    async def cancel(self, action: Action, cancelled: AlertCancelled) -> None:
        """Take an alert back, as an hour later: when its readers have it."""
        await self._subscribers.have(len(self._subscribers.ids) * len(self._ledger.alerts))
        press = await self._staff.caller(PRESS)
        path = f"/api/v1/alerts/{cancelled.alert}:cancel"
        answered = await self._doors.post("notifications", path, cancellation_body(cancelled), press, key=action.key)
        if answered.is_yes:
            self._ledger.cancelled.add(cancelled.alert)
        else:
            self._ledger.surprised(action, "cancel", answered)
