"""One stretch of torture: four services live, are killed and live again while people use them; then the oracle."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.demo.cdc_program import cdc_program
from deploy.demo.doors import Doors
from deploy.demo.staff import CALL_TAKER, COMMITTEE, POST_OFFICER, PRESS, Staff
from shared.consumers import EXIT_STUCK
from shared.settings import ServiceName, Settings
from tests.delivery.draining import SERVICES, drained
from tests.delivery.evidence import Evidence, read_stores, read_topics
from tests.delivery.flows import Flows
from tests.delivery.hazards import Draw, Hazard, draw_every_place_first
from tests.delivery.ledger import Ledger
from tests.delivery.lives import Life, Lives, lives, ready
from tests.delivery.oracle import Verdict, judge
from tests.delivery.receivers import Receivers, receiving
from tests.delivery.traffic import Traffic
from tests.eventually import eventually
from tests.services import Services

_KILLED = -9
_LONGEST = 3_600.0
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
class Outcome:
    """What one stretch came to."""

    seed: int
    toll: Toll
    ledger: Ledger
    verdict: Verdict
    records: int
    messages: int
    arrivals: int
    forged: int
    seconds: float
    drained_in: float

    @property
    def is_well(self) -> bool:
        faults = (self.ledger.surprises, self.ledger.unlike, self.toll.crashed, self.forged)
        return bool(self.verdict) and not any(faults)

    def __str__(self) -> str:
        ledger, unexpected = self.ledger, [*self.ledger.surprises, *self.ledger.unlike, *self.toll.crashed]
        lines = [
            f"seed {self.seed}: {self.toll.kills} kills in {self.seconds:.0f} s; drained in {self.drained_in:.0f} s",
            f"  accepted {ledger.accepted}, records {self.records}, messages {self.messages}, calls {self.arrivals}",
            f"  {self.verdict}",
            *(f"  unexpected: {each}" for each in unexpected[:8]),
        ]
        return "\n".join(lines)


@dataclass(slots=True)
class Tormentor:
    """Keeps the four services living, as every platform does, and sends each of their lives its hazard.

    Attributes:
        draw: what each life has to expect.
        is_armed: whether lives that begin now have hazards.
    """

    lives: Lives
    services: Services
    folder: Path
    draw: Draw
    toll: Toll
    is_armed: bool = False
    numbers: Counter[ServiceName] = field(default_factory=Counter)
    now_living: dict[ServiceName, Life] = field(default_factory=dict)

    async def keep(self, service: ServiceName) -> None:
        """Begin a life whenever there is none, until cancelled."""
        while True:
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
        return await self.lives.begin(service, environment, self.folder / f"{service}.log")

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


Trouble = Callable[[Tormentor], AbstractAsyncContextManager[None]]
"""Other faults beside the kills; they are healed when it ends."""


async def torment(
    settings: Settings,
    environment: Mapping[str, str],
    folder: Path,
    seed: int,
    until: Callable[[Toll], bool],
    trouble: Trouble | None = None,
) -> Outcome:
    """Run one stretch in a place of its own until `until` says that it is enough, let it drain, and judge."""
    began = time.monotonic()
    services = Services(environment, folder)
    async with lives() as forked:
        toll = Toll()
        tormentor = Tormentor(forked, services, folder, draw_every_place_first(seed, toll.killed), toll)
        keepers = [asyncio.create_task(tormentor.keep(each)) for each in SERVICES]
        try:
            await tormentor.all_ready()
            async with _people(services, settings, seed, folder) as (flows, ledger, receivers):
                await _kill_while_they_work(tormentor, flows, until, trouble or _no_trouble)
                await tormentor.all_ready()
                drained_in = await drained(settings, within=180)
        finally:
            for each in keepers:
                each.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
    seen = await read_topics(settings)
    subscribers = frozenset(receivers.secrets)
    evidence = Evidence(ledger, seen, await read_stores(settings), receivers.effects, subscribers)
    return Outcome(
        seed=seed,
        toll=tormentor.toll,
        ledger=ledger,
        verdict=judge(evidence),
        records=len(seen),
        messages=len(receivers.effects),
        arrivals=receivers.arrivals,
        forged=receivers.forged,
        seconds=time.monotonic() - began,
        drained_in=drained_in,
    )


async def _kill_while_they_work(
    tormentor: Tormentor,
    flows: Flows,
    until: Callable[[Toll], bool],
    trouble: Trouble,
) -> None:
    traffic = Traffic({flows.report: 4, flows.call: 1, flows.passing: 4, flows.alert: 0.7}, at_once=60)
    playing = asyncio.create_task(traffic.run())
    tormentor.is_armed = True
    for life in tormentor.now_living.values():
        life.kill()
    async with trouble(tormentor):
        await eventually(lambda: until(tormentor.toll) or playing.done(), within=_LONGEST)
    traffic.stop()
    await tormentor.calm()
    await playing


@asynccontextmanager
async def _no_trouble(_: Tormentor) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _people(
    services: Services, settings: Settings, seed: int, folder: Path
) -> AsyncIterator[tuple[Flows, Ledger, Receivers]]:
    """Clients, subscribers and the CDC's own program, all of them outside of the services."""
    ledger = Ledger()
    program = cdc_program(settings.kafka_bootstrap_servers, folder, settings.topic_prefix)
    async with AsyncExitStack() as stack:
        doors = await stack.enter_async_context(Doors({name: services[name].url for name in SERVICES}))
        staff = Staff(doors)
        for account in (CALL_TAKER, POST_OFFICER, PRESS, COMMITTEE):
            await staff.caller(account)
        receivers = await stack.enter_async_context(receiving(seed, doors, staff))
        program.start()
        stack.callback(program.stop, 5.0)
        yield Flows(seed, doors, staff, ledger), ledger, receivers
