"""The open screens of citizens: every change of the alerts, to everybody, within a second."""

from collections.abc import Iterable
from typing import Any

import structlog

from services.notifications.alerts.desk import AlertDesk
from services.notifications.alerts.domain import Alert
from services.notifications.alerts.wording import SEVERITIES, TONES
from shared.mongo import AWAY
from shared.pending import Versioned
from shared.profile import Profile
from shared.web.broadcast import Broadcast, Listener
from shared.web.language import LANGUAGES, Language
from shared.web.pages import Pages
from shared.web.stream import Message

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 5.0
"""An alert that ends changes no document; at least this often the list is made anew."""


class LiveAlerts:
    """Renders the public's alerts once per change and language, however many look.

    Args:
        desk: knows what is public.
        pages: renders.
        profile: names the wards.
    """

    def __init__(self, desk: AlertDesk, pages: Pages, profile: Profile) -> None:
        self._desk = desk
        self._pages = pages
        self.wards = {ward.id: ward.title for ward in profile.wards}
        self._boards: dict[Language, Broadcast] = {language: Broadcast(room=16) for language in LANGUAGES}
        self._shown: dict[Language, str] = {}

    def __len__(self) -> int:
        """How many screens are open in this process."""
        return sum(len(board) for board in self._boards.values())

    async def run(self) -> None:
        """Follow the alerts until cancelled."""
        async for _ in self._desk.alerts.changes(_EVERY_SECONDS):
            try:
                alerts = await self._desk.public()
            except AWAY as error:
                log.warning("alerts_not_read", error=type(error).__name__)
            else:
                self._show(alerts)

    async def listen(self, language: Language) -> Listener:
        """A new listener, which hears the present state first."""
        if language not in self._shown:
            self._show(await self._desk.public())
        return self._boards[language].listen(Message(data=self._shown[language]))

    def context(self, alerts: Iterable[Versioned[Alert]]) -> dict[str, Any]:
        """What the block `alerts` of `alerts.html` needs."""
        now = self._desk.clock()
        listed = list(alerts)
        current = [each for each in listed if each.state.is_current(now)]
        earlier = [each for each in listed if not each.state.is_current(now)]
        return {"current": current, "earlier": earlier, "wards": self.wards, "severities": SEVERITIES, "tones": TONES}

    def _show(self, alerts: list[Versioned[Alert]]) -> None:
        context = self.context(alerts)
        for language, board in self._boards.items():
            html = self._pages.fragment(language, "alerts.html", "alerts", **context)
            if self._shown.get(language) != html:
                self._shown[language] = html
                board.publish(Message(data=html))
