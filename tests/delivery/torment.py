"""One stretch of torture: four services live, are killed and live again while people use them; then the oracle."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.settings import Settings
from tests.delivery.ledger import Ledger
from tests.delivery.oracle import Verdict
from tests.delivery.system import System, working
from tests.delivery.tormentor import Toll, Tormentor
from tests.eventually import eventually

_LONGEST = 3_600.0


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
    async with working(settings, environment, folder, seed) as system:
        await _kill_while_they_work(system, until, trouble or _no_trouble)
        drained_in = await system.at_rest()
        verdict, seen = await system.judged()
    people = system.people
    return Outcome(
        seed=seed,
        toll=system.tormentor.toll,
        ledger=people.ledger,
        verdict=verdict,
        records=len(seen),
        messages=len(people.receivers.effects),
        arrivals=people.receivers.arrivals,
        forged=people.receivers.forged,
        seconds=time.monotonic() - began,
        drained_in=drained_in,
    )


async def _kill_while_they_work(system: System, until: Callable[[Toll], bool], trouble: Trouble) -> None:
    tormentor, traffic = system.tormentor, system.traffic()
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
