"""Sends JSON bodies over HTTP at a steady rate, however slow the answers are, and keeps how long each took.

A request's time counts from the moment when it was due, so that a server that stalls is not asked less and measured
kinder. It parses no more of an answer than it needs: the machine's two cores belong to what is measured.
"""

import asyncio
import contextlib
import time
import uuid
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlsplit

WARM_SECONDS = 2.0
_CONNECTIONS = 64
_LAST_ANSWERS_WITHIN = 30.0


class Load:
    """One run of it.

    Args:
        url: where the bodies are posted.
        rate: requests a second.
        seconds: how long it is measured, after two seconds to warm up.
        bodies: what is posted, again from the first one after the last.
        headers: sent with each request.

    Attributes:
        statuses: how many answers had which status, "lost" for connections that broke.
        taken: milliseconds from due to answered.
        accepted: when each accepted request was due and answered, by its idempotency key.
    """

    def __init__(
        self, url: str, rate: float, seconds: float, bodies: Sequence[bytes], headers: Mapping[str, str]
    ) -> None:
        self.statuses: Counter[str] = Counter()
        self.taken: list[float] = []
        self.accepted: dict[str, tuple[float, float]] = {}
        self._url = urlsplit(url)
        self._rate, self._seconds, self._bodies = rate, seconds, bodies
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._idle: deque[_Connection] = deque()
        self._due: deque[tuple[int, float]] = deque()
        self._warm_until = 0.0
        self._unanswered = 0
        self._all_answered = asyncio.Event()

    async def run(self) -> None:
        """Send all, and wait for the last answers."""
        loop = asyncio.get_running_loop()
        host, port = self._url.hostname or "localhost", self._url.port or 80
        for _ in range(_CONNECTIONS):
            await loop.create_connection(lambda: _Connection(self), host, port)
        began, count = time.perf_counter(), int(self._rate * (self._seconds + WARM_SECONDS))
        self._unanswered = count
        self._warm_until = began + WARM_SECONDS
        for number in range(count):
            due = began + number / self._rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._due.append((number, due))
            self._send_what_can_be()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_answered.wait(), _LAST_ANSWERS_WITHIN)

    def is_free(self, connection: "_Connection") -> None:
        self._idle.append(connection)
        self._send_what_can_be()

    def is_lost(self, connection: "_Connection") -> None:
        self._count("lost")
        if connection in self._idle:
            self._idle.remove(connection)

    def is_answered(self, request_id: str, due: float, status: int) -> None:
        now = time.perf_counter()
        self._count(str(status))
        if due >= self._warm_until:
            self.taken.append((now - due) * 1000)
            if status < 300:
                self.accepted[request_id] = (due, now)

    def _count(self, status: str) -> None:
        self.statuses[status] += 1
        self._unanswered -= 1
        if self._unanswered <= 0:
            self._all_answered.set()

    def _send_what_can_be(self) -> None:
        while self._idle and self._due:
            number, due = self._due.popleft()
            request_id = str(uuid.uuid4())
            self._idle.popleft().ask(request_id, due, self._request(number, request_id))

    def _request(self, number: int, request_id: str) -> bytes:
        body = self._bodies[number % len(self._bodies)]
        head = (
            f"POST {self._url.path} HTTP/1.1\r\nHost: {self._url.netloc}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {request_id}\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class _Connection(asyncio.Protocol):
    """One keep-alive connection that carries one request at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._asked = ("", 0.0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._load.is_free(self)

    def ask(self, request_id: str, due: float, request: bytes) -> None:
        assert self._transport is not None, "only connected ones are idle"
        self._asked = (request_id, due)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        request_id, due = self._asked
        self._load.is_answered(request_id, due, int(head[9:12]))
        self._load.is_free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._load.is_lost(self)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0
