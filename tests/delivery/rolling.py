"""Two replicas of intake, stopped by SIGTERM in turn, and clients that try once more at the other one."""

import asyncio
import itertools
import os
import signal
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp

from shared.ids import derived_id
from tests.delivery.lives import Life, ready
from tests.delivery.system import System
from tests.services import free_ports

_CLIENTS = 4
_STOPS_WITHIN = 60.0
_PUT_OFF = frozenset({429, 503})


@dataclass
class Rolling:
    """Clients report all the while that this is entered.

    Attributes:
        sent: how many reports were answered.
        again: how many were answered at the second try only.
        put_off: how many were asked to come later, which is an answer.
        failed: what got no answer at either.
    """

    system: System
    sent: int = 0
    again: int = 0
    put_off: int = 0
    failed: list[str] = field(default_factory=list)
    _ports: list[int] = field(default_factory=lambda: free_ports(2))
    _lives: dict[int, Life] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _is_over: bool = False
    _clients: "list[asyncio.Task[None]]" = field(default_factory=list)

    async def __aenter__(self) -> Self:
        for port in self._ports:
            await self._begin(port)
        self._clients = [asyncio.create_task(self._report()) for _ in range(_CLIENTS)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        await asyncio.gather(*self._clients)
        for life in self._lives.values():
            life.kill()
            await life.ended

    async def renew_both(self) -> None:
        """Each in turn: told to stop, ended in order, begun again and ready before the other one's turn."""
        for port in self._ports:
            life = self._lives[port]
            os.kill(life.pid, signal.SIGTERM)
            async with asyncio.timeout(_STOPS_WITHIN):
                assert await asyncio.shield(life.ended) == 0
            await self._begin(port)

    async def _begin(self, port: int) -> None:
        tormentor = self.system.tormentor
        environment = {
            **tormentor.services.environment,
            "HAIVAN_PORT": str(port),
            "HAIVAN_REPLICA": str(port),
            "HAIVAN_LOG_LEVEL": "warning",
        }
        life = await tormentor.lives.begin("intake", environment, tormentor.folder / f"intake-{port}.log")
        assert await ready(life, f"http://localhost:{port}")
        self._lives[port] = life

    async def _report(self) -> None:
        ledger = self.system.people.ledger
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_STOPS_WITHIN)) as session:
            while not self._is_over:
                number = next(self._numbers)
                report_id = derived_id(f"rolling/{self._ports}", str(number))
                ledger.tried["reports"].add(report_id)
                if await self._sent_twice_at_most(session, report_id, number):
                    ledger.told["reports"].add(report_id)

    async def _sent_twice_at_most(self, session: aiohttp.ClientSession, report_id: str, number: int) -> bool:
        for attempt in range(2):
            port = self._ports[(number + attempt) % 2]
            status = await self._status(session, port, report_id)
            if status is not None and (attempt or status not in _PUT_OFF):
                self.sent += 1
                self.again += attempt
                self.put_off += status in _PUT_OFF
                if status >= 300 and status not in _PUT_OFF:
                    self.failed.append(f"{report_id}: {status}")
                return status < 300
        self.failed.append(f"{report_id}: no answer at either")
        return False

    async def _status(self, session: aiohttp.ClientSession, port: int, report_id: str) -> int | None:
        body = {"kind": "question", "words": "Tiêm vắc xin ở đâu vậy ạ", "synthetic": True}
        headers = {"Idempotency-Key": report_id}
        url = f"http://localhost:{port}/api/v1/reports"
        try:
            async with session.post(url, json=body, headers=headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            return None
