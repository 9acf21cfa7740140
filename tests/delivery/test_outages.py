"""Outages of the whole system: a broker that says nothing, everything killed at once, services stopped in turn."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.delivery.conftest import Victim
from tests.delivery.rolling import Rolling
from tests.delivery.trouble import begin_servers, kill_everything
from tests.eventually import eventually

RecordProperty = Callable[[str, object], None]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

SILENT_SECONDS = 15.0
"""Longer than a member's session and than any one request to the broker is waited for."""
AT_ONCE = 4
CONNECTIONS = 70
"""More than the clients keep open, which come and go; fewer than there are requests at intake or checkpoints."""
HANGING = 60.0
"""Nothing takes as long as this on a machine that does too much at once, unless it waits for the broker."""


async def test_reports_and_passes_are_accepted_while_the_broker_says_nothing(
    victim: Victim, record_property: RecordProperty
) -> None:
    await victim.use(9)
    flows, took, until = victim.system.people.flows, list[float](), time.monotonic() + SILENT_SECONDS

    async def someone() -> None:
        while time.monotonic() < until:
            took.append(await victim.act(flows.report))
            took.append(await victim.act(flows.passing))

    victim.pair.kafka.pause()
    try:
        async with asyncio.timeout(SILENT_SECONDS + HANGING):
            await asyncio.gather(*(someone() for _ in range(AT_ONCE)))
    finally:
        victim.pair.kafka.resume()
    record_property("accepted, seconds of the slowest", (len(took), round(max(took), 3)))
    record_property("seconds to rest", round(await victim.is_well(), 1))


async def test_everything_killed_at_once_comes_back_with_all_that_was_accepted(
    victim: Victim, record_property: RecordProperty
) -> None:
    ledger, traffic = victim.system.people.ledger, victim.system.traffic()
    before = ledger.accepted
    playing = asyncio.create_task(traffic.run(victim.numbers))
    await eventually(lambda: ledger.accepted > before + 20, within=HANGING)
    await asyncio.to_thread(kill_everything, victim.pair, victim.system.tormentor)
    killed, then = time.monotonic(), ledger.accepted
    beginning = asyncio.create_task(asyncio.to_thread(begin_servers, victim.pair))
    await eventually(lambda: ledger.accepted > then, within=2 * HANGING)
    record_property("seconds to the first accept", round(time.monotonic() - killed, 1))
    await beginning
    traffic.stop()
    await playing
    record_property("seconds to rest", round(await victim.is_well(), 1))


async def test_services_stopped_in_turn_cost_a_client_that_tries_twice_nothing(
    victim: Victim, record_property: RecordProperty
) -> None:
    async with Rolling(victim.system) as rolling:
        for _ in range(2):
            await rolling.renew_both()
    record_property("requests, second tries, put off", (rolling.sent, rolling.again, rolling.put_off))
    assert rolling.failed == []
    assert rolling.sent > 0
    await victim.is_well()


async def test_hundreds_of_requests_leave_no_socket_and_no_thread_behind(
    victim: Victim, record_property: RecordProperty
) -> None:
    await victim.use(60)
    await victim.is_well()
    before = victim.open_files_and_threads()
    for _ in range(4):
        await victim.use(60)
    await victim.is_well()

    def is_back() -> bool:
        after = victim.open_files_and_threads()
        return all(after[name] < before[name] + CONNECTIONS for name in before)

    await eventually(is_back, within=HANGING)
    record_property("open files and threads before, after", (before, victim.open_files_and_threads()))
