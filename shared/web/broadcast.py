"""One message to everybody who listens in this process, made once.

A listener has room for a few messages. One that is slower than that is dropped and told to load its page again;
publishing never waits for anybody.
"""

import asyncio
from collections import deque
from typing import Self

from shared.web.stream import RELOAD, Message

_RELOAD = RELOAD.frame()


class Broadcast:
    """A fan-out to open streams.

    Args:
        room: messages a listener may be behind before it is dropped.
        keep: messages remembered, so that a page that was away for a moment hears what it missed (by message id).
    """

    def __init__(self, *, room: int = 64, keep: int = 0) -> None:
        self._room = room
        self._listeners: set[Listener] = set()
        self._recent: deque[tuple[str, bytes]] = deque(maxlen=keep)

    def __len__(self) -> int:
        return len(self._listeners)

    def publish(self, message: Message) -> None:
        """Hands the message to every listener. Costs one serialisation and no waiting."""
        frame = message.frame()
        if message.id is not None:
            self._recent.append((message.id, frame))
        for slow in [listener for listener in self._listeners if not listener.put(frame)]:
            slow.drop()

    def listen(self, *first: Message, after: str | None = None) -> "Listener":
        """A new listener, which hears everything published from now on.

        Args:
            first: what only this listener hears to begin with, such as the present state.
            after: the last id it has heard; what was published since comes first, and if that is no longer
                remembered, it is told to load its page again.
        """
        frames = [message.frame() for message in first] + (self._missed(after) if after else [])
        listener = Listener(self, frames, self._room)
        self._listeners.add(listener)
        return listener

    def forget(self, listener: "Listener") -> None:
        self._listeners.discard(listener)

    def _missed(self, after: str) -> list[bytes]:
        if not self._recent.maxlen:
            return []
        ids = [message_id for message_id, _ in self._recent]
        if after not in ids:
            return [_RELOAD]
        return [frame for _, frame in list(self._recent)[ids.index(after) + 1 :]]


class Listener:
    """One open page: an async iterator of frames, several at once when it has fallen behind."""

    __slots__ = ("_broadcast", "_frames", "_is_dropped", "_room", "_wake")

    def __init__(self, broadcast: Broadcast, frames: list[bytes], room: int) -> None:
        self._broadcast = broadcast
        self._frames = frames
        self._room = room + len(frames)
        self._is_dropped = False
        self._wake: asyncio.Future[None] | None = None

    def put(self, frame: bytes) -> bool:
        """False if there is no room left."""
        if len(self._frames) >= self._room:
            return False
        self._frames.append(frame)
        self._ring()
        return True

    def drop(self) -> None:
        """Ends this listener with the advice to load its page again."""
        self._broadcast.forget(self)
        self._frames = [_RELOAD]
        self._is_dropped = True
        self._ring()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._frames:
            if self._is_dropped:
                raise StopAsyncIteration
            self._wake = asyncio.get_running_loop().create_future()
            try:
                await self._wake
            finally:
                self._wake = None
        frames, self._frames = self._frames, []
        return b"".join(frames)

    async def aclose(self) -> None:
        self._broadcast.forget(self)

    def _ring(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
