"""What every answer carries, and HEAD wherever there is GET."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""For answers no browser is meant to render; pages bring their own policy."""


class AnswerHeaders:
    """ASGI middleware: fills in the headers an answer doesn't set itself.

    Args:
        app: what comes next.
        pages: headers of HTML answers; anything else gets `API_HEADERS`.
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
                self._fill(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _fill(self, headers: MutableHeaders) -> None:
        is_page = headers.get("content-type", "").startswith("text/html")
        for name, value in (self._pages if is_page else API_HEADERS).items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")  # answers hold personal data; what may be cached says so
        headers.add_vary_header("Accept-Language")
        if is_page:
            headers.add_vary_header("Cookie")


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

        scope["method"] = "GET"
        try:
            await self._app(scope, receive, send_headers_only)
        except Exception:
            if not complete:  # once the headers are out, nothing that a body does matters
                raise
        finally:
            scope["method"] = "HEAD"
