"""One system on a pair of its own, hurt by the tests of faults in turn; each leaves it healed, drained and judged."""

import asyncio
import itertools
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.embedded.pair import Pair, start_pair
from tests.delivery.flows import Flow
from tests.delivery.system import System, working
from tests.embedded import without_overrides
from tests.places import own_environment, settings_from


@dataclass(slots=True)
class Victim:
    """The system and the servers under it. What is hurt is healed by whoever hurt it."""

    pair: Pair
    system: System
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def use(self, count: int) -> None:
        """People report, call and pass so many times, and an alert goes out; returns when all of it is answered."""
        flows = self.system.people.flows
        some = [*itertools.islice(itertools.cycle((flows.report, flows.passing, flows.call)), count), flows.alert]
        await asyncio.gather(*(self.act(flow) for flow in some))

    async def act(self, flow: Flow) -> float:
        """The next one of its kind; returns how many seconds it took from the first try to the last answer."""
        began = time.monotonic()
        await flow(next(self.numbers))
        return time.monotonic() - began

    async def is_well(self) -> float:
        """Wait until it has come to rest and hold it to the promise; returns how many seconds the rest took to come.

        Raises:
            AssertionError: something was lost, doubled, out of order, refused or crashed.
        """
        seconds = await self.system.at_rest()
        verdict, _ = await self.system.judged()
        people, toll = self.system.people, self.system.tormentor.toll
        assert verdict, str(verdict)
        assert [*people.ledger.surprises, *people.ledger.unlike, *toll.crashed] == []
        assert people.receivers.forged == 0
        return seconds


@pytest.fixture(scope="module")
async def victim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Victim]:
    folder: Path = tmp_path_factory.mktemp("victim")
    with start_pair(folder / "pair", environ=without_overrides(os.environ)) as pair:
        environment = own_environment(pair.kafka_bootstrap, pair.mongo_url)
        seed = random.SystemRandom().randrange(10**6)
        async with working(settings_from(environment), environment, folder, seed) as system:
            yield Victim(pair, system)
