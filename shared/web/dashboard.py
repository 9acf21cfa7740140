"""The dashboard that every service has: what flows, what lags, what is stuck, and as of when.

    app.include_router(dashboard_router(pages, load, streams))

`load` gathers a `DashboardData`; it is called at most once a second, however many people look, and not at all while
nobody does. A `load` that fails leaves the last figures standing, which then mark themselves as old.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, StreamingResponse

from shared.errors import Text
from shared.security.wiring import OptionalPerson
from shared.web.broadcast import Broadcast, Listener
from shared.web.language import LANGUAGES, Language, language_of
from shared.web.pages import Pages
from shared.web.stream import EventStream, Message

PIECES = ("alarms", "tiles", "flows", "lags", "dead_letters", "jobs", "replicas")
"""The blocks of `dashboard.html` that are sent on their own when they change."""

_EVERY_SECONDS = 1.0
_FRESH = 0.9  # of that: a sleep may end a little early
_LOAD_SECONDS = 5.0
_POINTS = 60
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One kind of thing that passes: `name` is a marked label, `recent` the last rates for the small line."""

    name: str
    per_minute: float
    total: int
    last_at: datetime | None = None
    recent: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a consumer group is behind on a topic; None where the broker cannot be asked."""

    group: str
    topic: str
    lag: int | None
    oldest_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Documents whose events are not yet confirmed by the broker."""

    pending: int
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    topic: str
    count: int
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Effects outside of one kind: waiting to be tried, being tried, given up."""

    kind: str
    waiting: int
    running: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    text: Text
    level: Literal["warning", "danger"] = "warning"
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One process of this service; `duties` are marked labels of what it alone does (the relay)."""

    name: str
    seen_at: datetime
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardData:
    """A service's state as of one moment (UTC)."""

    service: str
    as_of: datetime
    outbox: Outbox
    flows: tuple[Flow, ...] = ()
    lags: tuple[Lag, ...] = ()
    dead_letters: tuple[DeadLetters, ...] = ()
    jobs: tuple[Job, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    replicas: tuple[Replica, ...] = ()


Load = Callable[[], Awaitable[DashboardData]]


class LiveDashboard:
    """Renders the dashboard once per second and language, for everybody who looks."""

    def __init__(self, pages: Pages, load: Load, every: float = _EVERY_SECONDS) -> None:
        self._pages = pages
        self._load = load
        self._every = every
        self._boards: dict[Language, Broadcast] = {language: Broadcast(room=8) for language in LANGUAGES}
        self._sent: dict[tuple[Language, str], str] = {}
        self._rates: dict[str, deque[float]] = {}
        self._latest: DashboardData | None = None
        self._loaded_at = float("-inf")
        self._loading = asyncio.Lock()
        self._sampling: asyncio.Task[None] | None = None

    async def current(self) -> DashboardData:
        """The figures, at most a moment old, with the rates seen while somebody looked."""
        async with self._loading:
            if self._latest is None or time.monotonic() - self._loaded_at >= self._every * _FRESH:
                async with asyncio.timeout(_LOAD_SECONDS):
                    data = await self._load()
                self._loaded_at = time.monotonic()
                self._latest = replace(data, flows=tuple(self._with_recent(flow) for flow in data.flows))
            return self._latest

    async def listen(self, language: Language) -> Listener:
        """A new listener; the first one starts the sampling, which ends by itself after the last one."""
        data = await self.current()
        listener = self._boards[language].listen(Message(data=self._html(language, data)))
        if self._sampling is None or self._sampling.done():
            self._sampling = asyncio.create_task(self._sample())
        return listener

    async def _sample(self) -> None:
        while any(len(board) for board in self._boards.values()):
            await asyncio.sleep(self._every)
            try:
                await self.current()
            except Exception as error:  # noqa: BLE001 - whatever failed, the old figures stand and say their age
                _log.warning("dashboard figures could not be read: %s", type(error).__name__)
            self._publish()
        self._sampling = None

    def _publish(self) -> None:
        for language, board in self._boards.items():
            if len(board) and self._latest is not None:
                changed = self._changed(language, self._latest)
                if changed:
                    board.publish(Message(data=changed))

    def _changed(self, language: Language, data: DashboardData) -> str:
        """The pieces that differ from what was sent last."""
        pieces = []
        for piece in PIECES:
            html = self._pages.fragment(language, "dashboard.html", piece, data=data, layout="console.html")
            if self._sent.get((language, piece)) != html:
                self._sent[language, piece] = html
                pieces.append(html)
        return "".join(pieces)

    def _html(self, language: Language, data: DashboardData) -> str:
        fragment = self._pages.fragment
        return "".join(fragment(language, "dashboard.html", piece, data=data, layout="") for piece in PIECES)

    def _with_recent(self, flow: Flow) -> Flow:
        if flow.recent:
            return flow
        rates = self._rates.setdefault(flow.name, deque(maxlen=_POINTS))
        rates.append(flow.per_minute)
        return replace(flow, recent=tuple(rates))


def dashboard_router(pages: Pages, load: Load, streams: EventStream, dependencies: Sequence[Any] = ()) -> APIRouter:
    """`/dashboard`, its stream, and the same figures as JSON.

    Args:
        pages: the service's pages.
        load: gathers the figures.
        streams: the process's streams.
        dependencies: who may look, as `[require_page(...)]`; everybody if none.
    """
    live = LiveDashboard(pages, load)
    router = APIRouter(dependencies=list(dependencies))

    @router.get("/dashboard", include_in_schema=False)
    async def dashboard(request: Request, person: OptionalPerson) -> HTMLResponse:
        layout = "screen.html" if "screen" in request.query_params else "console.html"
        data = await live.current()
        return pages.render(request, "dashboard.html", person=person, layout=layout, data=data)

    @router.get("/dashboard/stream", include_in_schema=False)
    async def dashboard_stream(request: Request) -> StreamingResponse:
        return streams.stream(request, await live.listen(language_of(request)))

    @router.get("/api/v1/dashboard", tags=["operation"])
    async def dashboard_figures() -> DashboardData:
        """What flows, lags and is stuck in this service, as of `as_of`."""
        return await live.current()

    return router
