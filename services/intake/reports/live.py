"""The tracking page while it is open: it hears what changes, and the first paint waits a moment for triage."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from services.intake.reports.desk import ReportDesk, Tracked
from services.intake.reports.telling import Told, told
from services.intake.site.bells import Bells, rung
from shared.mongo import AWAY
from shared.web.language import Language
from shared.web.pages import Pages
from shared.web.stream import Message

TRIAGE_SECONDS = 0.7
"""What a receipt waits for triage, so that the urgency is right on first paint; then it is shown without."""
_FRESH = timedelta(seconds=5)
_LOOK_AGAIN_SECONDS = 60.0  # a promise that was not kept shows without anything having been written


class LiveTracking:
    """Reads reports for their tracking pages.

    Args:
        desk: the report desk.
        bells: ring when a report or its progress was written.
        pages: render what is sent.
    """

    def __init__(self, desk: ReportDesk, bells: Bells, pages: Pages) -> None:
        self._desk = desk
        self._bells = bells
        self._pages = pages

    def in_words(self, tracked: Tracked, language: Language) -> Told:
        """What the page tells, in its language."""
        return told(
            tracked,
            self._desk.profile,
            language,
            lambda label: self._pages.translated(language, label),
            self._desk.clock(),
        )

    async def track(self, code: str) -> Tracked:
        """The report of a code; a fresh one after triage has spoken, if it does so at once.

        Raises:
            Unprocessable, NotFound: as the desk's.
        """
        tracked = await self._desk.track(code)
        if tracked.picture.urgency or self._desk.clock() - tracked.report.state.received_at > _FRESH:
            return tracked
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TRIAGE_SECONDS
        with self._bells.listen(tracked.report.id) as bell:
            bell.set()  # it may have spoken before there was a bell to ring
            while not tracked.picture.urgency and await rung(bell, within=deadline - loop.time()):
                bell.clear()
                tracked = await self._desk.track(code)
        return tracked

    async def messages(self, tracked: Tracked, language: Language) -> AsyncIterator[Message]:
        """The moving parts of the page now, and again whenever they have changed."""
        sent = ""
        with self._bells.listen(tracked.report.id) as bell:
            while True:
                bell.clear()
                with contextlib.suppress(*AWAY):
                    tracked = await self._desk.track(tracked.code)
                told_now = self.in_words(tracked, language)
                html = self._pages.fragment(language, "tracking.html", "story", told=told_now)
                if html != sent:
                    yield Message(data=html)
                    sent = html
                await rung(bell, within=_LOOK_AGAIN_SECONDS)
