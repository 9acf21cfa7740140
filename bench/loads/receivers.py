"""Many subscribers of webhooks in one process: says when each was called, and how the call was signed.

    python -m bench.loads.receivers PORT COUNT FILE

Whenever COUNT calls have come in, it writes them to FILE, one JSON list of `[path, monotonic time, headers, body]`,
and prints their number: a pipe that nobody empties would hold it up. Paths that begin with `/slow` are answered only
after three seconds.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import cast

import uvloop

SLOW_SECONDS = 3.0
_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
Call = tuple[str, float, dict[str, str], str]


class Calls:
    """Those that have come in since they were last told of.

    Args:
        count: how many are told of together.
        file: where.
    """

    def __init__(self, count: int, file: Path) -> None:
        self._count, self._file = count, file
        self._calls: list[Call] = []

    def note(self, call: Call) -> None:
        self._calls.append(call)
        if len(self._calls) == self._count:
            self._file.write_text(json.dumps(self._calls), encoding="utf-8")
            print(len(self._calls), flush=True)
            self._calls.clear()


class Receiver(asyncio.Protocol):
    """One connection: reads calls, one after the other, and answers them all with 204."""

    def __init__(self, calls: "Calls") -> None:
        self._calls = calls
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        path, headers = read_head(head)
        length = int(headers.get("content-length", "0"))
        if len(rest) >= length:
            self._buffer = rest[length:]
            self._take((path, time.monotonic(), headers, rest[:length].decode()))

    def _take(self, call: Call) -> None:
        self._calls.note(call)
        seconds = SLOW_SECONDS if call[0].startswith("/slow") else 0.0
        asyncio.get_running_loop().call_later(seconds, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_ANSWER)


def read_head(head: bytes) -> tuple[str, dict[str, str]]:
    """The path and the headers, by their names in small letters."""
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}


async def main(port: int, calls: Calls) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Receiver(calls), "127.0.0.1", port, backlog=1_024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Calls(int(sys.argv[2]), Path(sys.argv[3]))))
