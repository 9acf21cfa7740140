"""Subscribers' servers: on loopback, remembering every message, answering as they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What came, and what is answered: `answers` one after the other, the last one for ever; None never answers."""

    answers: list[int | None] = field(default_factory=lambda: [204])
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    most_at_once: int = 0
    _callers: set[asyncio.Transport] = field(default_factory=set)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        self.calls.append((dict(request.headers), await request.read()))
        self._count_callers(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await asyncio.Event().wait()
        return web.Response(status=answer or 500)

    def _count_callers(self, request: web.Request) -> None:
        """A caller that gave up has closed its connection."""
        assert request.transport is not None
        self._callers = {each for each in (*self._callers, request.transport) if not each.is_closing()}
        self.most_at_once = max(self.most_at_once, len(self._callers))

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of every call, in order."""
        return [headers["webhook-id"] for headers, _ in self.calls]

    def verified(self, secret: str) -> list[dict[str, object]]:
        """The messages, each with a signature that fits."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.calls]


@asynccontextmanager
async def receiving(*answers: int | None) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(answers) or [204])
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()
