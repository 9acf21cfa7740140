"""Keeps the four services living and sends each of their lives its hazard; counts how they end."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from shared.consumers import EXIT_STUCK
from shared.settings import ServiceName
from tests.delivery.draining import SERVICES
from tests.delivery.hazards import Draw, Hazard
from tests.delivery.lives import Life, Lives, ready
from tests.eventually import eventually
from tests.services import Services

_KILLED = -9
_LONGEST_STANDSTILL = 300.0
FROM_OUTSIDE = "outside"
BEGINNING = "beginning"


@dataclass(slots=True)
class Toll:
    """How lives ended.

    Attributes:
        killed: by (service, failpoint), or (service, `outside`) where the signal came at a random moment of its work,
            (service, `beginning`) where it came before the life took requests.
        stuck: lives that their own watchdog ended.
        crashed: lives that ended in any other way; there should be none.
    """

    killed: Counter[tuple[str, str]] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.killed.total()


@dataclass(slots=True)
class Tormentor:
    """Keeps the four services living, as every platform does, and sends each of their lives its hazard.

    Attributes:
        draw: what each life has to expect.
        is_armed: whether lives that begin now have hazards.
        clocks: by how many seconds the clocks of lives that begin now are ahead.
    """

    lives: Lives
    services: Services
    folder: Path
    draw: Draw
    toll: Toll
    is_armed: bool = False
    clocks: dict[ServiceName, float] = field(default_factory=dict)
    numbers: Counter[ServiceName] = field(default_factory=Counter)
    now_living: dict[ServiceName, Life] = field(default_factory=dict)
    _stands_still: bool = False

    async def keep(self, service: ServiceName) -> None:
        """Begin a life whenever there is none, until cancelled."""
        while True:
            await eventually(lambda: not self._stands_still, within=_LONGEST_STANDSTILL)
            number = self.numbers[service] = self.numbers[service] + 1
            was_armed, began = self.is_armed, time.monotonic()
            struck = self.folder / f"{service}.struck"
            hazard = self.draw(service, number) if was_armed else None
            life = await self._begin(service, hazard, struck)
            self.now_living[service] = life
            end = asyncio.get_running_loop().create_task(self._send_end(life, hazard)) if hazard else None
            code = await asyncio.shield(life.ended)
            if end is not None:
                end.cancel()
            self._count(life, code, struck, was_armed=was_armed)
            if code != _KILLED and time.monotonic() - began < 1:
                await asyncio.sleep(1)  # whatever it is, it would happen again at once

    @asynccontextmanager
    async def standing_still(self) -> AsyncIterator[None]:
        """All four are killed, and none lives while this lasts."""
        self._stands_still = True
        try:
            for life in tuple(self.now_living.values()):
                life.kill()
                await asyncio.shield(life.ended)
            yield
        finally:
            self._stands_still = False

    async def calm(self) -> None:
        """No more hazards: everything that lives is killed once more and begins in peace."""
        self.is_armed = False
        for life in self.now_living.values():
            life.kill()

    async def all_ready(self) -> None:
        """Wait until each service takes requests."""
        for service in SERVICES:
            await eventually(partial(self._is_ready, service), within=120)

    async def _is_ready(self, service: ServiceName) -> bool:
        life = self.now_living.get(service)
        return life is not None and await ready(life, self.services[service].url)

    async def _begin(self, service: ServiceName, hazard: Hazard | None, struck: Path) -> Life:
        await asyncio.to_thread(struck.unlink, missing_ok=True)
        environment = {
            **self.services.environment,
            "HAIVAN_PORT": str(self.services[service].port),
            "HAIVAN_LOG_LEVEL": "warning",
        }
        if hazard is not None:
            environment |= {
                "HAIVAN_FAILPOINTS": hazard.failpoints,
                "HAIVAN_FAILPOINTS_SEED": hazard.seed,
                "HAIVAN_FAILPOINTS_LOG": str(struck),
            }
        return await self.lives.begin(
            service, environment, self.folder / f"{service}.log", self.clocks.get(service, 0.0)
        )

    async def _send_end(self, life: Life, hazard: Hazard) -> None:
        if hazard.is_counted_from_ready:
            life.has_been_ready = await ready(life, self.services[life.service].url)
        await asyncio.sleep(hazard.seconds)
        life.kill()

    def _count(self, life: Life, code: int, struck: Path, *, was_armed: bool) -> None:
        service = life.service
        if code == EXIT_STUCK:
            self.toll.stuck[service] += 1
        elif code != _KILLED:
            self.toll.crashed.append(f"{service} ended with {code}; see {self.folder / service}.log")
        elif was_armed:
            places = struck.read_text(encoding="ascii").split() if struck.exists() else []
            outside = FROM_OUTSIDE if life.has_been_ready else BEGINNING
            self.toll.killed[service, places[-1] if places else outside] += 1
