"""Pages of cases that are open in browsers: what changes in the store reaches them within a moment.

One change stream per process, open only while somebody looks; each audience (the same list, filters and language) is
rendered once for everybody in it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from typing import Protocol

import structlog

from shared.web.broadcast import Broadcast, Listener
from shared.web.stream import Message

log = structlog.get_logger(__name__)

_LOOK_EVERY = 15.0
"""Seconds between looks at the whole: clocks run on, and what a broken change stream missed is found."""


class Audience(Protocol):
    """Everybody who looks at the same thing in the same language. Equal audiences are one."""

    def __hash__(self) -> int: ...

    async def whole(self) -> str:
        """What the page shows, as HTML elements with ids."""
        ...

    async def news(self, ids: Collection[str]) -> str:
        """What is new on the page after these cases were written; empty when nothing is."""
        ...

    async def again(self) -> str:
        """What time has changed."""
        ...


class LiveCases:
    """The audiences of this process.

    Args:
        changed_ids: which cases were written, again and again; empty when none was.
        every: seconds between looks at the whole.
    """

    def __init__(self, changed_ids: Callable[[], AsyncIterator[frozenset[str]]], every: float = _LOOK_EVERY) -> None:
        self._changed_ids = changed_ids
        self._every = every
        self._boards: dict[Audience, Broadcast] = {}
        self._watching: asyncio.Task[None] | None = None

    async def listen(self, audience: Audience) -> Listener:
        """A new listener, which first hears the present state; the first one starts the watch."""
        first = Message(data=await audience.whole())
        listener = self._boards.setdefault(audience, Broadcast(room=64)).listen(first)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        return listener

    async def _watch(self) -> None:
        """Ends by itself after the last listener has gone."""
        looked_at = time.monotonic()
        async for ids in self._changed_ids():
            self._boards = {audience: board for audience, board in self._boards.items() if len(board)}
            if not self._boards:
                return
            is_time = time.monotonic() - looked_at >= self._every
            looked_at = time.monotonic() if is_time else looked_at
            for audience, board in list(self._boards.items()):
                await _tell(audience, board, ids, is_time=is_time)


async def _tell(audience: Audience, board: Broadcast, ids: Collection[str], *, is_time: bool) -> None:
    try:
        html = await audience.news(ids) if ids else ""
        html += await audience.again() if is_time else ""
    except Exception as error:  # noqa: BLE001 - whatever failed, the next look at the whole makes it good
        log.warning("live_page_not_told", error=type(error).__name__)
        return
    if html:
        board.publish(Message(data=html))
