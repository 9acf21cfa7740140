"""The long wait: `make soak MINUTES=30 DOWN=10`.

People use the system for half an hour while its memory, files and threads are watched, and go on while the broker is
down for ten minutes; then it drains and is held to the promise.
"""

import argparse
import asyncio
import contextlib
import itertools
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

import psutil

from bench.figures import percentile
from deploy.embedded.pair import Pair, start_pair
from shared.settings import ServiceName
from tests.delivery.flows import Flow
from tests.delivery.system import System, working
from tests.delivery.traffic import Traffic
from tests.embedded import without_overrides
from tests.places import own_environment, settings_from

_LOOKS_EVERY = 10.0
_SAYS_EVERY = 6  # looks
_SETTLED_AFTER = 1 / 3  # of the time: caches fill, allocators find their size
_PACES = {"reports": 4.0, "calls": 1.0, "passes": 4.0, "alerts": 0.2}  # a second
_LOOKS_FOR_A_SLOPE = 4
_MIB = 1024 * 1024
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Look:
    """What one service holds at a moment: seconds since the beginning, resident bytes, open files and threads."""

    at: float
    resident: int
    handles: int


@dataclass(slots=True)
class Watch:
    """Looks at every service, and how long people waited."""

    system: System
    began: float = field(default_factory=time.monotonic)
    looks: dict[ServiceName, list[Look]] = field(default_factory=dict)
    waited: dict[str, list[float]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled."""
        for number in itertools.count(1):
            await asyncio.sleep(_LOOKS_EVERY)
            at = time.monotonic() - self.began
            for name, life in self.system.tormentor.now_living.items():
                with contextlib.suppress(psutil.NoSuchProcess):  # it ended just now; its successor is looked at next
                    self.looks.setdefault(name, []).append(_look(psutil.Process(life.pid), at))
            if number % _SAYS_EVERY == 0:
                held = ", ".join(f"{name} {seen[-1].resident / _MIB:.0f}" for name, seen in self.looks.items())
                _say(f"{at:6.0f} s  {sum(map(len, self.waited.values()))} done; MiB: {held}")

    def timed(self, name: str, flow: Flow) -> Flow:
        """The same flow, its time noted from the first try to the last answer."""
        waited = self.waited.setdefault(name, [])

        async def act(number: int) -> None:
            began = time.monotonic()
            await flow(number)
            waited.append(time.monotonic() - began)

        return act


def _look(process: psutil.Process, at: float) -> Look:
    return Look(at, process.memory_info().rss, process.num_fds() + process.num_threads())


def slope(looks: list[Look]) -> float:
    """By how many MiB an hour the resident memory grew once it had settled; least squares."""
    if len(looks) < _LOOKS_FOR_A_SLOPE:
        return math.nan
    settled = [look for look in looks if look.at >= looks[-1].at * _SETTLED_AFTER]
    return linear_regression([look.at for look in settled], [look.resident for look in settled]).slope * _HOUR / _MIB


@asynccontextmanager
async def _watched(system: System) -> AsyncIterator[Watch]:
    watch = Watch(system)
    watching = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _use(system: System, watch: Watch, counts: Mapping[str, Iterator[int]], seconds: float) -> None:
    """People come at their pace for so long; returns when the last of them has his answer."""
    flows = system.people.flows
    named = {"reports": flows.report, "calls": flows.call, "passes": flows.passing, "alerts": flows.alert}
    traffics = {name: Traffic({watch.timed(name, flow): _PACES[name]}, at_once=60) for name, flow in named.items()}
    using = [asyncio.create_task(traffic.run(counts[name])) for name, traffic in traffics.items()]
    await asyncio.sleep(seconds)
    for traffic in traffics.values():
        traffic.stop()
    await asyncio.gather(*using)


async def soak(pair: Pair, folder: Path, seed: int, seconds: float, down: float) -> bool:
    """Use it, use it without a broker, let it rest and judge it: whether the promise held."""
    environment = own_environment(pair.kafka_bootstrap, pair.mongo_url)
    async with working(settings_from(environment), environment, folder, seed) as system:
        counts = {name: itertools.count() for name in _PACES}
        async with _watched(system) as steady:
            await _use(system, steady, counts, seconds)
        _tell("all of it running", steady)
        pair.kafka.kill()
        async with _watched(system) as without:
            await _use(system, without, counts, down)
        _tell("the broker down", without)
        await asyncio.to_thread(pair.kafka.restart)
        return await _holds(system)


async def _holds(system: System) -> bool:
    rest = await system.at_rest()
    verdict, records = await system.judged()
    ledger = system.people.ledger
    strange = [*ledger.surprises, *ledger.unlike, *system.tormentor.toll.crashed]
    _say(f"at rest {rest:.0f} s after the broker was back: {ledger.accepted} accepted, {len(records)} records")
    _say(f"  {verdict}; {f'unexpected: {strange[:5]}' if strange else 'nothing unexpected'}")
    return bool(verdict) and not strange


def _tell(what: str, watch: Watch) -> None:
    _say(f"with {what}:")
    for name, waited in watch.waited.items():
        if waited:
            shares = (("p50", 0.5), ("p99", 0.99), ("slowest", 1.0))
            times = ", ".join(f"{each} {percentile(waited, share) * 1000:.0f} ms" for each, share in shares)
            _say(f"  {name}: {len(waited)} done, {times}")
    for service, looks in watch.looks.items():
        first, last = looks[0], looks[-1]
        grew = f"{first.resident / _MIB:.1f} → {last.resident / _MIB:.1f} MiB, {slope(looks):+.1f} MiB/h once settled"
        _say(f"  {service}: {grew}; files and threads {first.handles} → {last.handles}")


def _say(what: str) -> None:
    print(what, flush=True)  # noqa: T201 - a command's answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0, help="of use with everything running")
    parser.add_argument("--down", type=float, default=10.0, help="minutes of use without a broker")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    _say(f"seed {given.seed}")
    with (
        tempfile.TemporaryDirectory(prefix="haivan-soak-") as folder,
        start_pair(Path(folder) / "pair", environ=without_overrides(os.environ)) as pair,
    ):
        held = asyncio.run(soak(pair, Path(folder), given.seed, given.minutes * 60, given.down * 60))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
