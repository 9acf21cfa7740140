"""Server-sent events: what a page that is open hears without asking.

    streams = EventStream()                     # one per process; streams.close() when the process is told to stop
    return streams.stream(request, source)      # source: an async iterator of Message or of ready frames

A stream ends when its client goes, when the process stops, when its source ends, or when its client has stopped
reading. Heartbeats are a comment and a `beat` event: comments keep proxies content, but a page cannot see them.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 3000
_END_SECONDS = 0.25
_HANDOVER = "haivan.handover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One event. `data` may have many lines; `event` and `id` are one line each.

    `id` comes back as Last-Event-ID (see `last_event_id`) when the page connects again.
    """

    data: str
    event: str = "message"
    id: str | None = None

    def __post_init__(self) -> None:
        if any(mark in self.event + (self.id or "") for mark in "\r\n\0"):
            raise ValueError("the event and the id of a message are one line each")

    def frame(self) -> bytes:
        """The message as it goes over the wire."""
        lines = [f"id: {self.id}"] if self.id is not None else []
        if self.event != "message":
            lines.append(f"event: {self.event}")
        text = self.data.replace("\r\n", "\n").replace("\r", "\n")
        lines += [f"data: {line}" for line in text.split("\n")]
        return ("\n".join(lines) + "\n\n").encode()


RELOAD = Message(event="reload", data="reload")
"""Tells a page that it missed something and must load itself again."""


def last_event_id(request: Request) -> str | None:
    """What the page heard last, from the browser's own header or from `?after=` (live.js)."""
    return request.headers.get("last-event-id") or request.query_params.get("after") or None


class EventStream:
    """Opens streams and knows those that are open.

    Args:
        heartbeat: seconds between heartbeats; a client that takes longer than this to read one is let go.
        retry: milliseconds after which a browser connects again.
    """

    def __init__(self, *, heartbeat: float = HEARTBEAT_SECONDS, retry: int = RETRY_MILLISECONDS) -> None:
        self._heartbeat = heartbeat
        self.opening = f"retry: {retry}\n\n".encode()
        self._watches: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._watches)

    def stream(self, request: Request, source: AsyncIterator[Message | bytes]) -> StreamingResponse:  # noqa: ARG002  # see below
        """The response that sends what `source` yields (messages, or frames made once for many listeners).

        The request is taken so that a route reads as what it is; the connection comes with the response.
        """
        return _Stream(self, source)

    def close(self) -> None:
        """Ends every open stream and refuses new ones; pages connect again, to another replica or the next start."""
        self._closed = True
        for watch in list(self._watches):
            watch.cancel()

    async def run(self, source: AsyncIterator[Message | bytes], receive: Receive, send: Send) -> None:
        """Sends until one side has had enough. Two tasks: the caller's sends, the watch hears and beats."""
        sending = asyncio.current_task()
        is_over = False

        def stop(_: "asyncio.Task[None]") -> None:
            # A watch that ends after the source did must not cancel whatever its task does next.
            if sending is not None and not is_over:
                sending.cancel()

        watch = asyncio.create_task(self._watch(receive, send))
        self._watches.add(watch)
        watch.add_done_callback(stop)
        if self._closed:
            watch.cancel()
        try:
            await _send_all(source, send)
        except asyncio.CancelledError:
            if sending is None or not watch.done():
                raise
            sending.uncancel()
        finally:
            is_over = True
            self._watches.discard(watch)
            await _finish(watch, source)
        await _end(send)

    async def _watch(self, receive: Receive, send: Send) -> None:
        """Returns when the client has gone or no longer reads."""
        while True:
            try:
                async with asyncio.timeout(self._heartbeat):
                    if (await receive())["type"] == "http.disconnect":
                        return
            except TimeoutError:
                try:
                    async with asyncio.timeout(self._heartbeat):
                        await send(_body(b": beat\nevent: beat\ndata: %d\n\n" % time.time()))
                except (TimeoutError, OSError):
                    return


class StreamHandover:
    """ASGI middleware, the outermost one: streams go on here after everything inside it has returned.

    What routing, dependencies and middlewares hold for a request is freed when the stream has begun: 10 of 24 kB for
    each of 10,000 streams, and more with every layer. Without it streams work too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handed_over: list[Callable[[Receive, Send], Awaitable[None]]] = []
        scope[_HANDOVER] = handed_over
        await self._app(scope, receive, send)
        for go_on in handed_over:
            await go_on(receive, send)


class _Stream(StreamingResponse):
    """Bypasses Starlette's own loop: no task group and no wrapper per chunk (10,000 streams: half the time)."""

    def __init__(self, streams: EventStream, source: AsyncIterator[Message | bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_nothing(), media_type="text/event-stream", headers=headers)
        self._streams = streams
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send(_body(self._streams.opening))
        if _HANDOVER in scope:
            scope[_HANDOVER].append(partial(self._streams.run, self._source))
        else:
            await self._streams.run(self._source, receive, send)


async def _send_all(source: AsyncIterator[Message | bytes], send: Send) -> None:
    async for message in source:
        await send(_body(message if isinstance(message, bytes) else message.frame()))


async def _finish(watch: "asyncio.Task[None]", source: AsyncIterator[Message | bytes]) -> None:
    """Leaves no task and no suspended generator behind."""
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()


async def _end(send: Send) -> None:
    """To a client that no longer reads even the end cannot be sent; the server then cuts the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _body(frame: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": frame, "more_body": True}


async def _nothing() -> AsyncIterator[bytes]:
    frames: tuple[bytes, ...] = ()
    for frame in frames:
        yield frame
