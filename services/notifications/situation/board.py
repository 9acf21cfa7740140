"""The overview, counted continuously and shown live.

Counting takes at most a twentieth of the time: with millions of facts the figures are newer less often, and say so.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Gauge

from services.notifications.situation.figures import COUNTED, HOUR, Situation, day_began, situation_of
from services.notifications.situation.lines import LINES, TYPES, OwnNumbers
from services.notifications.situation.reconciliation import (
    Reconciliation,
    Sample,
    kept,
    reconcile,
)
from services.notifications.situation.store import MongoSituation
from services.notifications.situation.wording import words_of
from shared.clock import Clock
from shared.errors import Text, Unavailable
from shared.mongo import AWAY
from shared.web.broadcast import Broadcast, Listener
from shared.web.language import LANGUAGES, Language
from shared.web.pages import Pages
from shared.web.stream import Message

log = structlog.get_logger(__name__)

RECONCILIATION_DIFFERENCE = Gauge(
    "reconciliation_difference", "Items that do not match between stores, Kafka and what followed.", ["what"]
)
RECONCILIATION_MISMATCH = Gauge("reconciliation_mismatch", "1 while a difference has lasted too long.", ["what"])

PIECES = ("alarms", "figures", "reconciliation")
"""The blocks of `situation.html` that are sent live."""
_SHORTEST = 1.0
_SHARE_OF_TIME = 20

Count = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What this service counts of itself, better than by collection: alerts that are out, messages that ended."""

    alerts: Count
    deliveries: Count
    deliveries_waiting: Count


class SituationBoard:
    """Counts, judges and shows.

    Args:
        situation: what is counted.
        own: this service's own numbers.
        pages: renders.
    """

    def __init__(self, situation: MongoSituation, own: Own, pages: Pages, clock: Clock) -> None:
        self._situation = situation
        self._own = own
        self._pages = pages
        self._clock = clock
        self._samples: list[Sample] = []
        self._latest: tuple[Situation, Reconciliation] | None = None
        self._boards: dict[Language, Broadcast] = {language: Broadcast(room=8) for language in LANGUAGES}
        self._words = words_of(pages.site)
        self._took: deque[float] = deque(maxlen=3)  # a moment of contention is not what counting costs

    async def run(self) -> None:
        """Count and show until cancelled."""
        count_again = 0.0
        while True:
            if time.monotonic() >= count_again:
                began = time.monotonic()
                try:
                    await self._count()
                except AWAY as error:
                    log.warning("situation_waits", error=type(error).__name__)
                self._took.append(time.monotonic() - began)
                count_again = began + max(_SHORTEST, _SHARE_OF_TIME * min(self._took))
            self._show()
            await asyncio.sleep(_SHORTEST)

    async def current(self) -> tuple[Situation, Reconciliation]:
        """The newest figures.

        Raises:
            Unavailable: nothing has been counted yet.
        """
        if self._latest is None:
            raise Unavailable("store-unavailable", _NOT_YET, headers={"Retry-After": "2"})
        return self._latest

    async def context(self) -> dict[str, Any]:
        """What `situation.html` needs."""
        situation, reconciliation = await self.current()
        return {"data": situation, "reconciliation": reconciliation, **self._words}

    async def listen(self, language: Language) -> Listener:
        """A new listener, which hears the newest figures first."""
        await self.current()
        return self._boards[language].listen(Message(data=self._html(language)))

    async def _count(self) -> None:
        now = self._clock()
        slices, cases, tasks, waiting = await asyncio.gather(
            self._situation.slices(COUNTED, day_began(now), now - HOUR),
            self._situation.cases(now),
            self._situation.tasks(now),
            self._own.deliveries_waiting(),
        )
        situation = situation_of(now, slices, cases, tasks, waiting)
        self._samples = kept(self._samples, await self._sample())
        self._latest = situation, reconcile(self._samples)
        self._alarm(self._latest[1])

    async def _sample(self) -> Sample:
        # Stores first, Kafka after: what was stored meanwhile may only seem to be ahead, never lost.
        counts, alerts, deliveries = await asyncio.gather(
            self._situation.counts(), self._own.alerts(), self._own.deliveries()
        )
        own = OwnNumbers(stored={"alerts": alerts, "deliveries": deliveries}, at=self._clock())
        seen = await self._situation.seen(TYPES)
        lines = {line.what: line.numbers(counts.get(line.service), seen, own) for line in LINES}
        return Sample(at=self._clock(), lines=lines)

    def _alarm(self, reconciliation: Reconciliation) -> None:
        for row in reconciliation.rows:
            RECONCILIATION_DIFFERENCE.labels(row.what).set(row.difference)
            RECONCILIATION_MISMATCH.labels(row.what).set(row in reconciliation.mismatches)
        for row in reconciliation.mismatches:
            log.error("reconciliation_mismatch", what=row.what, difference=row.difference)

    def _show(self) -> None:
        for language, board in self._boards.items():
            if len(board) and self._latest is not None:
                board.publish(Message(data=self._html(language)))

    def _html(self, language: Language) -> str:
        if self._latest is None:
            return ""
        context = {"data": self._latest[0], "reconciliation": self._latest[1], **self._words}
        return "".join(self._pages.fragment(language, "situation.html", piece, **context) for piece in PIECES)


_NOT_YET = Text(vi="Đang đếm lần đầu; hãy thử lại sau vài giây.", en="Counting for the first time; try again soon.")
