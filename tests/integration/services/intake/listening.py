"""A page that is open: what it hears over its stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

from fastapi import FastAPI

from tests.eventually import PATIENCE


class Heard:
    """A page that listens: the application is called as a server would, so that frames come one by one."""

    def __init__(self, app: FastAPI, path: str, cookie: str = "") -> None:
        self._app = app
        headers = [(b"host", b"localhost")] + ([(b"cookie", cookie.encode())] if cookie else [])
        self._scope = {
            "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "path": path,
            "raw_path": path.encode(), "query_string": b"", "headers": headers, "client": ("10.9.9.9", 1),
            "server": ("localhost", 80), "root_path": "",
        }  # fmt: skip
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._is_asked = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        await asyncio.wait_for(self._task, PATIENCE)

    async def until(self, words: str, within: float = PATIENCE) -> str:
        """The first frame with these words."""
        async with asyncio.timeout(within):
            async for frame in self._all():
                if words in frame:
                    return frame
        raise AssertionError(words)

    async def until_without(self, words: str, within: float = PATIENCE) -> str:
        """The first frame that no longer has these words."""
        async with asyncio.timeout(within):
            async for frame in self._all():
                if "id=" in frame and words not in frame:
                    return frame
        raise AssertionError(words)

    async def _all(self) -> AsyncIterator[str]:
        while True:
            yield await self._frames.get()

    async def _receive(self) -> dict[str, Any]:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.body":
            self._frames.put_nowait(message.get("body", b"").decode())
