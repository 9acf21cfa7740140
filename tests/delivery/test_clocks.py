"""Services whose clocks are an hour wrong, and one whose clock is set back: nothing is dropped for its time."""

from collections.abc import AsyncIterator

import pytest

from tests.delivery.conftest import Victim

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

HOUR = 3_600.0


@pytest.fixture
async def astray(victim: Victim) -> AsyncIterator[Victim]:
    """Whatever its clocks were set to, they are right again afterwards."""
    yield victim
    await victim.set_clocks({})
    await victim.is_well()


async def test_services_whose_clocks_are_an_hour_apart_drop_nothing(astray: Victim) -> None:
    await astray.set_clocks({"intake": HOUR, "checkpoints": HOUR, "routing": -HOUR})
    await astray.use(15)
    await astray.is_well()


async def test_what_waits_while_the_clock_is_set_back_two_hours_goes_out_all_the_same(astray: Victim) -> None:
    await astray.set_clocks({"intake": HOUR})
    astray.pair.kafka.pause()
    try:
        for _ in range(5):
            await astray.act(astray.system.people.flows.report)
        await astray.set_clocks({"intake": -HOUR})
    finally:
        astray.pair.kafka.resume()
    await astray.is_well()
