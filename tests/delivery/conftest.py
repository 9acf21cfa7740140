"""One system on a pair of its own, hurt by the tests of faults in turn; each leaves it healed, drained and judged."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from shared.settings import ServiceName
from tests.delivery.flows import Flow
from tests.delivery.system import System, working
from tests.embedded import OwnPair, start_own_pair
from tests.places import own_environment, settings_from

HERE = "tests/delivery/"


@dataclass(slots=True)
class Victim:
    """The system and the servers under it. What is hurt is healed by whoever hurt it."""

    pair: OwnPair
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

    def open_files_and_threads(self) -> Mapping[ServiceName, int]:
        """How many of both each service has."""
        lives = {name: psutil.Process(life.pid) for name, life in self.system.tormentor.now_living.items()}
        return {name: process.num_fds() + process.num_threads() for name, process in lives.items()}

    async def set_clocks(self, clocks: Mapping[ServiceName, float]) -> None:
        """Begin all services anew with their clocks so many seconds ahead; returns when they take requests."""
        tormentor = self.system.tormentor
        tormentor.clocks = dict(clocks)
        async with tormentor.standing_still():
            pass
        await tormentor.all_ready()

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


@pytest.fixture(scope="package")
async def victim(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Victim]:
    folder: Path = tmp_path_factory.mktemp("victim")
    with start_own_pair(folder / "pair") as pair:
        environment = own_environment(pair.kafka_bootstrap, pair.mongo_url)
        seed = random.SystemRandom().randrange(10**6)
        async with working(settings_from(environment), environment, folder, seed) as system:
            yield Victim(pair, system)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Seeds and figures of this folder's tests, so that every run tells what it saw."""
    reports = [each for name in ("passed", "failed") for each in terminalreporter.getreports(name)]
    told = [(each, figure) for each in reports if each.fspath.startswith(HERE) for figure in each.user_properties]
    if told:
        terminalreporter.section("delivery")
    for report, (name, figure) in told:
        terminalreporter.write_line(f"{report.head_line}: {name} {figure}")
