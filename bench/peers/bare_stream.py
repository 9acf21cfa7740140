"""The least that tells everybody who listens: an ASGI application that sends each stream what is posted to it.

python -m bench.peers.bare_stream PORT
"""

import resource
import sys

import uvicorn
from starlette.types import Receive, Scope, Send

_HEAD = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]


class Streams:
    """`GET` listens, `POST` tells its body to all who do, one after the other."""

    def __init__(self) -> None:
        self._sends: set[Send] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] == "POST":
            await self._tell((await receive())["body"])
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEAD})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        self._sends.add(send)
        while (await receive())["type"] != "http.disconnect":
            pass
        self._sends.discard(send)

    async def _tell(self, frame: bytes) -> None:
        for send in list(self._sends):
            await send({"type": "http.response.body", "body": frame, "more_body": True})


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvicorn.run(Streams(), port=int(sys.argv[1]), lifespan="off", log_level="warning", access_log=False)
