"""Bells: who looks at something hears that it changed, and looks again.

A bell carries no content, so that a slow listener misses nothing and holds nothing: it reads the newest state when
it gets to it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from services.intake.site.store import Changed
from shared.errors import Text, Unavailable

MOST_LISTENERS = 20_000
"""Open live pages of one process; beyond it pages reload themselves, as without JavaScript."""

_FULL = Text(
    vi="Quá nhiều trang đang mở trực tiếp. Trang sẽ tự tải lại.", en="Too many live pages are open. It will reload."
)


class Bells:
    """The bells of one process, by subject (a document's id, or a collection).

    Args:
        follow: gives the changes; None rings every bell.
    """

    def __init__(self, follow: Callable[[], AsyncIterator[Changed | None]]) -> None:
        self._follow = follow
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def listen(self, subject: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the subject has changed; whoever waits clears it."""
        bell = asyncio.Event()
        self._listeners.setdefault(subject, set()).add(bell)
        self._count += 1
        try:
            yield bell
        finally:
            self._count -= 1
            listeners = self._listeners[subject]
            listeners.discard(bell)
            if not listeners:
                del self._listeners[subject]

    def require_room(self) -> None:
        """To be asked before a stream begins, since a stream that has begun can no longer be refused.

        Raises:
            Unavailable: too many listen already.
        """
        if self._count >= MOST_LISTENERS:
            raise Unavailable("too-many-live-pages", _FULL, headers={"Retry-After": "60"})

    def ring(self, subject: str) -> None:
        for bell in self._listeners.get(subject, ()):
            bell.set()

    def ring_all(self) -> None:
        for subject in list(self._listeners):
            self.ring(subject)

    async def run(self) -> None:
        """Rings for every change, as long as the process lives."""
        async for changed in self._follow():
            if changed is None:
                self.ring_all()
            else:
                self.ring(changed.id)
                self.ring(changed.collection)


async def rung(bell: asyncio.Event, within: float) -> bool:
    """Wait for the bell; False if it stayed silent for `within` seconds."""
    try:
        async with asyncio.timeout(within):
            await bell.wait()
    except TimeoutError:
        return False
    return True
