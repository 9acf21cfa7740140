"""Who is waiting on the line, to every console that is open: made once for each language."""

import asyncio

from services.intake.calls.store import MongoCalls
from services.intake.site.bells import Bells, rung
from shared.mongo import AWAY
from shared.web.broadcast import Broadcast, Listener
from shared.web.language import LANGUAGES, Language
from shared.web.pages import Pages
from shared.web.stream import Message

SUBJECT = "calls"
"""The collection whose changes ring here."""
_EVERY_SECONDS = 5.0  # how long callers have waited is part of the picture
_AT_MOST_EVERY = 0.1  # drafts are written all the time and ring the same bell


class RingingBoard:
    """The waiting callers, live.

    Args:
        calls: where they stand.
        bells: ring when a call was written.
        pages: render the list.
    """

    def __init__(self, calls: MongoCalls, bells: Bells, pages: Pages) -> None:
        self._calls = calls
        self._bells = bells
        self._pages = pages
        self._listeners = {language: Broadcast(room=32) for language in LANGUAGES}
        self._sent: dict[Language, str] = {}

    async def listen(self, language: Language) -> Listener:
        """The list now, and again whenever it changes."""
        return self._listeners[language].listen(Message(data=await self._render(language)))

    async def run(self) -> None:
        """Tells the open consoles, as long as the process lives."""
        with self._bells.listen(SUBJECT) as bell:
            while True:
                has_rung = await rung(bell, within=_EVERY_SECONDS)
                bell.clear()
                try:
                    await self._tell(even_if_same=not has_rung)
                except AWAY:
                    await asyncio.sleep(1)
                await asyncio.sleep(_AT_MOST_EVERY)

    async def _tell(self, *, even_if_same: bool) -> None:
        for language, broadcast in self._listeners.items():
            if not len(broadcast):
                continue
            html = await self._render(language)
            if even_if_same or html != self._sent.get(language):
                broadcast.publish(Message(data=html))
                self._sent[language] = html

    async def _render(self, language: Language) -> str:
        ringing = await self._calls.ringing()
        return self._pages.fragment(language, "calls_desk.html", "ringing", ringing=ringing)
