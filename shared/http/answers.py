"""What every answer carries, and HEAD wherever there is GET."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.rate_limits import HEADERS

DATA_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""For answers that no browser is meant to render."""

_DATA_TYPES = ("application/json", "application/problem+json", "text/plain")


class AnswerHeaders:
    """ASGI middleware: fills in the headers an answer doesn't set itself.

    Args:
        app: what comes next.
        pages: headers of pages, scripts and whatever else a browser uses; plain data gets `DATA_HEADERS`.
    """

    def __init__(self, app: ASGIApp, pages: Mapping[str, str]) -> None:
        self._app = app
        self._pages = dict(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                self._fill(MutableHeaders(scope=message), scope.get(HEADERS, {}))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _fill(self, headers: MutableHeaders, added: Mapping[str, str]) -> None:
        is_data = headers.get("content-type", "").startswith(_DATA_TYPES)
        for name, value in (DATA_HEADERS if is_data else self._pages).items():
            headers.setdefault(name, value)
        for name, value in added.items():
            headers[name] = value
        # Answers hold personal data; what may be kept says so itself.
        headers.setdefault("Cache-Control", "no-store")
        headers.add_vary_header("Accept-Language")


class _Enough(OSError):
    """Raised into a handler that streams to a HEAD request; an OSError is how servers say the client left."""


class HeadFromGet:
    """ASGI middleware: answers HEAD with the headers of GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        complete = False

        async def send_headers_only(message: Message) -> None:
            nonlocal complete
            if complete:
                raise _Enough
            await send(message)
            if message["type"] == "http.response.start":
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                complete = True

        inner = {**scope, "method": "GET"}  # a copy: the server decides by its own scope whether a body follows
        try:
            await self._app(inner, receive, send_headers_only)
        except Exception:
            if not complete:  # once the headers are out, nothing that a body does matters
                raise
        finally:
            scope["route"] = inner.get("route")
