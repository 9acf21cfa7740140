"""The whole system at work: four forked services, kept living, and the people and programs around them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.cdc_program import cdc_program
from deploy.demo.doors import Doors
from deploy.demo.staff import CALL_TAKER, COMMITTEE, POST_OFFICER, PRESS, Staff
from deploy.embedded.child import Child
from shared.settings import Settings
from tests.delivery.draining import SERVICES, drained
from tests.delivery.evidence import Evidence, Seen, read_stores, read_topics
from tests.delivery.flows import Flows
from tests.delivery.hazards import draw_every_place_first
from tests.delivery.ledger import Ledger
from tests.delivery.lives import lives
from tests.delivery.oracle import Verdict, judge
from tests.delivery.receivers import Receivers, receiving
from tests.delivery.tormentor import Toll, Tormentor
from tests.delivery.traffic import Traffic
from tests.services import Services

DRAINS_WITHIN = 900.0


@dataclass(slots=True)
class People:
    """Clients, subscribers and the CDC's own program, all of them outside of the services."""

    doors: Doors
    staff: Staff
    flows: Flows
    ledger: Ledger
    receivers: Receivers
    cdc: Child


@dataclass(slots=True)
class System:
    """Used through `working()`."""

    settings: Settings
    tormentor: Tormentor
    people: People

    def traffic(self) -> Traffic:
        """What people do all the time; not begun yet."""
        flows = self.people.flows
        return Traffic({flows.report: 4, flows.call: 1, flows.passing: 4, flows.alert: 0.7}, at_once=60)

    async def at_rest(self) -> float:
        """Wait until every service is ready and nothing is on its way; returns how many seconds the latter took."""
        await self.tormentor.all_ready()
        return await drained(self.settings, DRAINS_WITHIN, self.people.cdc.is_running)

    async def judged(self) -> tuple[Verdict, Sequence[Seen]]:
        """What the oracle says of a system at rest, and the records that it saw."""
        people, seen = self.people, await read_topics(self.settings)
        stores, subscribers = await read_stores(self.settings), frozenset(people.receivers.secrets)
        return judge(Evidence(people.ledger, seen, stores, people.receivers.effects, subscribers)), seen


@asynccontextmanager
async def working(
    settings: Settings, environment: Mapping[str, str], folder: Path, seed: int
) -> AsyncIterator[System]:
    """A system in a place of its own; its services have hazards once `tormentor.is_armed`."""
    services, toll = Services(environment, folder), Toll()
    draw = draw_every_place_first(seed, toll.killed)
    async with lives() as forked:
        tormentor = Tormentor(forked, services, folder, draw, toll)
        keepers = [asyncio.create_task(tormentor.keep(each)) for each in SERVICES]
        try:
            await tormentor.all_ready()
            async with _people(services, settings, seed, folder) as people:
                yield System(settings, tormentor, people)
        finally:
            for each in keepers:
                each.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)


@asynccontextmanager
async def _people(services: Services, settings: Settings, seed: int, folder: Path) -> AsyncIterator[People]:
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
        yield People(doors, staff, Flows(seed, doors, staff, ledger), ledger, receivers, program)
