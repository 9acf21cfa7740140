"""Many screens on one stream of server-sent events: holds them open and says when each had which message.

    python -m bench.loads.listeners URL COUNT MARKER...

First it prints `{"open": COUNT}`; then, for one marker after the other, when the message with that marker had wholly
come in at the first, half of and the last of the screens (`time.monotonic`), and how many bytes each was sent.
"""

import json
import math
import resource
import select
import socket
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from bench.figures import percentile

_UNANSWERED = 200
"""Screens that may wait for their stream to begin: no server is given a longer queue than it takes."""
_ENDS_WITHIN = 60.0
_QUIET = 1.0
_NOTHING = b"\0"
"""No marker."""


class Screen:
    """One connection. `heard_at`: when the message with the marker had wholly come in; None before."""

    __slots__ = ("_is_coming", "_tail", "got", "heard_at", "is_open", "socket")

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.is_open = False
        self.got = 0
        self.wait()

    def wait(self) -> None:
        """From now on for the next marker."""
        self.heard_at: float | None = None
        self._tail, self._is_coming = b"", False

    def take(self, data: bytes, marker: bytes, at: float) -> bool:
        """Whether this completes the message; pieces may be cut anywhere."""
        self.got += len(data)
        seen = self._tail + data
        if not self._is_coming:
            place = seen.find(marker)
            if place < 0:
                self._tail = seen[-len(marker) :]
                return False
            self._is_coming, seen = True, seen[place:]
        self._tail = seen[-1:]
        if self.heard_at is None and b"\n\n" in seen:
            self.heard_at = at
            return True
        return False


class Screens:
    """All of them, on one epoll: half of the machine's two cores is not too much for what is measured."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._poll = select.epoll()
        self._by_number: dict[int, Screen] = {}

    def open(self, count: int) -> None:
        """Connect so many, and wait until each stream has begun and all are quiet."""
        request = f"GET {self._url.path} HTTP/1.1\r\nHost: {self._url.netloc}\r\nAccept: text/event-stream\r\n\r\n"
        while (begun := self._begun()) < count:
            for _ in range(min(count, begun + _UNANSWERED) - len(self._by_number)):
                connection = socket.create_connection((self._url.hostname, self._url.port), timeout=_ENDS_WITHIN)
                connection.sendall(request.encode())
                connection.setblocking(False)
                self._by_number[connection.fileno()] = Screen(connection)
                self._poll.register(connection, select.EPOLLIN)
            self._read(_NOTHING)
        while self._poll.poll(_QUIET):
            self._read(_NOTHING)

    def hear(self, marker: bytes) -> dict[str, float]:
        """Wait until every screen has had the message with this marker.

        Raises:
            TimeoutError: some had it, and others not within a minute.
        """
        screens = self._by_number.values()
        before, waiting = sum(screen.got for screen in screens), len(screens)
        ends = math.inf
        while waiting:
            heard = self._read(marker)
            waiting -= heard
            ends = min(ends, time.monotonic() + _ENDS_WITHIN) if heard else ends
            if time.monotonic() > ends:
                raise TimeoutError(f"{waiting} screens did not hear it")
        times = [screen.heard_at for screen in screens if screen.heard_at is not None]
        told = sum(screen.got for screen in screens) - before
        for screen in screens:
            screen.wait()
        return {
            "first": min(times),
            "half": percentile(times, 0.5),
            "last": max(times),
            "bytes": told / len(times),
        }

    def _begun(self) -> int:
        return sum(screen.is_open for screen in self._by_number.values())

    def _read(self, marker: bytes) -> int:
        """Take in what comes within a second; how many screens have had the message with it."""
        heard = 0
        for number, _ in self._poll.poll(1.0):
            screen = self._by_number[number]
            data = screen.socket.recv(65_536)
            if not data:
                raise ConnectionError("a stream has ended")
            screen.is_open = True
            heard += screen.take(data, marker, time.monotonic())
        return heard


def main(url: str, count: int, markers: Sequence[str]) -> None:
    allow_connections(count)
    screens = Screens(url)
    screens.open(count)
    print(json.dumps({"open": count}), flush=True)
    for marker in markers:
        print(json.dumps(screens.hear(marker.encode())), flush=True)


def allow_connections(count: int) -> None:
    """Use as many open files as the system lets this process have.

    Raises:
        RuntimeError: those are too few.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < count + 100:
        raise RuntimeError(f"{count} connections need more open files than {most}: see `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
