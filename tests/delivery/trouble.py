"""Faults beside the kills of services: the broker and the database paused and killed, everything killed at once.

All of them are drawn from the seed, end by themselves, and are healed before anything is judged.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from deploy.embedded.pair import Pair
from tests.delivery.tormentor import Tormentor
from tests.embedded import OwnPair

_QUIET_BEFORE = (8.0, 30.0)
_PAUSED_FOR = (0.5, 4.0)


@dataclass(slots=True)
class Troubles:
    """The faults of one run, on a pair of its own; `met` counts them."""

    pair: Pair
    seed: int
    met: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def around(self, tormentor: Tormentor) -> AsyncIterator[None]:
        """One fault after the other while this lasts; the last one is healed before it ends."""
        over = asyncio.Event()
        making = asyncio.create_task(self._make(tormentor, over))
        try:
            yield
        finally:
            over.set()
            await making

    async def _make(self, tormentor: Tormentor, over: asyncio.Event) -> None:
        chance = Random(f"{self.seed}/troubles")
        faults: Mapping[str, Callable[[Tormentor, Random], None]] = {
            "broker paused": lambda _, chance: self._pause(self.pair.kafka_pid, chance),
            "broker killed": lambda *_: self._broker_killed(),
            "database paused": lambda _, chance: self._pause(self.pair.mongod_pid, chance),
            "database killed": lambda *_: self._database_killed(),
            "everything killed": lambda tormentor, _: self._everything_killed(tormentor),
        }
        while not await _is_over(over, chance.uniform(*_QUIET_BEFORE)):
            name = chance.choice(tuple(faults))
            await asyncio.to_thread(faults[name], tormentor, chance)
            self.met[name] += 1

    def _pause(self, pid: int, chance: Random) -> None:
        """SIGSTOP for a while: alive, silent, its connections open."""
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(chance.uniform(*_PAUSED_FOR))
        finally:
            os.kill(pid, signal.SIGCONT)

    def _broker_killed(self) -> None:
        self.pair.kafka.kill()
        self.pair.kafka.restart()

    def _database_killed(self) -> None:
        self.pair.mongod.kill()
        self.pair.mongod.restart()

    def _everything_killed(self, tormentor: Tormentor) -> None:
        kill_everything(self.pair, tormentor)
        begin_servers(self.pair)


def kill_everything(pair: OwnPair, tormentor: Tormentor) -> None:
    """SIGKILL of services, broker and database together; only the services come back by themselves."""
    for life in tormentor.now_living.values():
        life.kill()
    pair.kafka.kill()
    pair.mongod.kill()


def begin_servers(pair: OwnPair) -> None:
    """The database first, since accepting needs nothing else."""
    pair.mongod.restart()
    pair.kafka.restart()


async def _is_over(over: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(over.wait(), seconds)
    except TimeoutError:
        return False
    return True
