"""One side of an ASGI connection: what the server would hand to a response, under the test's control."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.types import ASGIApp

from tests.eventually import eventually


class Connection:
    """A client that reads, until the test makes it stop reading or leave."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.started: dict[str, Any] = {}
        self.is_complete = False
        self._reads = asyncio.Event()
        self._reads.set()
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._left.set()

    def stop_reading(self) -> None:
        self._reads.clear()

    def read_again(self) -> None:
        self._reads.set()

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self._reads.wait()
        if message["type"] == "http.response.start":
            self.started = message
        else:
            self.sent.append(message["body"])
            self.is_complete = not message.get("more_body")

    def open(self, response: ASGIApp) -> "asyncio.Task[None]":
        return asyncio.create_task(self._run(response))

    async def _run(self, response: ASGIApp) -> None:
        await response({"type": "http", "method": "GET", "headers": []}, self.receive, self.send)

    @property
    def text(self) -> str:
        return b"".join(self.sent).decode()

    async def heard(self, words: str) -> None:
        await eventually(lambda: words in self.text)


async def messages(*given: Any) -> AsyncIterator[Any]:
    """Yields what is given and ends."""
    for message in given:
        yield message
