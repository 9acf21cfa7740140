"""Phones that were offline for days and send everything again and again, from two devices, with cuts in between."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random, SystemRandom
from typing import Any

import aiohttp
import pytest

from deploy.demo.staff import POST_OFFICER
from shared.clock import now
from shared.ids import derived_id
from tests.delivery.conftest import Victim
from tests.delivery.phones import Phone

RecordProperty = Callable[[str, object], None]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]

PASSES = 400
TIMES = 3


async def test_what_two_phones_send_three_times_after_five_days_is_recorded_once_and_answered_alike(
    victim: Victim, record_property: RecordProperty
) -> None:
    people, seed = victim.system.people, SystemRandom().randrange(10**6)
    officer, items = await people.staff.caller(POST_OFFICER), [an_item(seed, number) for number in range(PASSES)]
    people.ledger.tried["passes"].update(item["id"] for item in items)
    service = victim.system.tormentor.services["checkpoints"].url
    headers = {"Origin": service, **officer.headers}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session:
        phones = [Phone(session, f"{service}/api/v1/passes:batch", headers, Random(f"{seed}/{n}")) for n in range(2)]
        for _ in range(TIMES):
            await asyncio.gather(*(phone.send_all(items) for phone in phones))
    assert [phone.unlike for phone in phones] == [[], []]
    assert phones[0].answers == phones[1].answers
    assert set(phones[0].answers) == {item["id"] for item in items}
    people.ledger.told["passes"].update(phones[0].answers)
    record_property("seed, passes, cuts", (seed, PASSES, sum(phone.cuts for phone in phones)))
    await victim.is_well()


def an_item(seed: int, number: int) -> dict[str, Any]:
    """A pass of five days ago."""
    observed = (now() - timedelta(days=5, seconds=number)).isoformat(timespec="milliseconds")
    body = {"post": "hai-van", "direction": "enter", "plate": f"75A-{number:05d}", "synthetic": True}
    return {"id": derived_id(f"phones/{seed}", str(number)), "pass": {**body, "observed_at": observed}}
