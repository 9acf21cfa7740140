"""Lives of services, forked by `tests.delivery.fork_server`: begun in a tenth of a second, killed, begun again."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from shared.settings import ROOT, ServiceName

_READY_WITHIN = 60.0
_LOOKS_EVERY = 0.05


@dataclass(slots=True)
class Life:
    """One process of one service, from its fork to its end."""

    service: ServiceName
    pid: int
    ended: asyncio.Future[int]
    has_been_ready: bool = False

    def kill(self) -> None:
        """SIGKILL, unless it has ended by then."""
        if not self.ended.done():
            os.kill(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class Lives:
    """Used through `lives()`."""

    _server: Process
    _begun: asyncio.Queue[tuple[int, asyncio.Future[int]]] = field(default_factory=asyncio.Queue)
    _ends: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(
        self, service: ServiceName, environment: Mapping[str, str], log: Path, clock: float = 0.0
    ) -> Life:
        """Fork a life, its clock so many seconds ahead; it is not ready yet."""
        order = {"service": service, "environment": {**os.environ, **environment}, "log": str(log), "clock": clock}
        async with self._one_by_one:
            assert self._server.stdin is not None
            self._server.stdin.write(json.dumps(order).encode() + b"\n")
            await self._server.stdin.drain()
            pid, ended = await self._begun.get()
        return Life(service, pid, ended)

    async def listen(self) -> None:
        """Hear what the fork server says, until cancelled.

        Raises:
            RuntimeError: it has ended, and with it every life.
        """
        assert self._server.stdout is not None
        async for line in self._server.stdout:
            told = json.loads(line)
            if "started" in told:
                ended = self._ends[told["started"]] = asyncio.get_running_loop().create_future()
                self._begun.put_nowait((told["started"], ended))
            else:
                self._ends.pop(told["ended"]).set_result(told["code"])
        raise RuntimeError("the fork server has ended")


@asynccontextmanager
async def lives() -> AsyncIterator[Lives]:
    """A fork server of one's own; with it end all lives that it forked, and whoever waits for them fails.

    It has a session of its own: Ctrl-C is for whoever asked for lives, and lets them end their work in peace.
    """
    command = (sys.executable, "-m", "tests.delivery.fork_server")
    server = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT, start_new_session=True)
    opened = Lives(server)
    try:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(opened.listen())
            yield opened
            listening.cancel()
    finally:
        if server.returncode is None:
            server.kill()
        await server.wait()


async def is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    """Whether a service takes requests."""
    try:
        async with session.get(f"{url}/readyz", timeout=aiohttp.ClientTimeout(total=2)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def ready(life: Life, url: str) -> bool:
    """Wait until a life takes requests; False if it ended before."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_READY_WITHIN):
        while not life.ended.done():
            if await is_ready(session, url):
                return True
            await asyncio.sleep(_LOOKS_EVERY)
    return False
