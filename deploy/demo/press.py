"""The press office: drafts alerts, has them approved by a second person, takes one back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
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

_PATIENCE_SECONDS = 150.0
"""Longer than a service that was killed needs to come back, and a message to be sent again."""
_EVERY_SECONDS = 0.2


class Press:
    """Plays alerts.

    Args:
        doors, staff, ledger: where, in whose names, and where it is noted.
        subscribers: the alerts' readers.
        has_undelivered: whether messages to them wait.
    """

    def __init__(
        self,
        doors: Doors,
        staff: Staff,
        ledger: Ledger,
        subscribers: Subscribers,
        has_undelivered: Callable[[], Awaitable[bool]],
    ) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger
        self._subscribers = subscribers
        self._has_undelivered = has_undelivered

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
        await self._until_readers_have_all()
        press = await self._staff.caller(PRESS)
        path = f"/api/v1/alerts/{cancelled.alert}:cancel"
        answered = await self._doors.post("notifications", path, cancellation_body(cancelled), press, key=action.key)
        if answered.is_yes:
            self._ledger.cancelled.add(cancelled.alert)
        else:
            self._ledger.surprised(action, "cancel", answered)

    async def _until_readers_have_all(self) -> None:
        """An alert that is taken back before somebody has it is not sent to them any more."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        await self._subscribers.have(len(self._subscribers.ids) * len(self._ledger.alerts), _PATIENCE_SECONDS)
        while time.monotonic() < deadline:
            if not await self._has_undelivered():
                return
            await asyncio.sleep(_EVERY_SECONDS)
