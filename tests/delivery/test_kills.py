"""SIGKILL of all four services, over and over, while people use them: nothing lost, nothing doubled, order kept."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.settings import Settings
from tests.delivery.draining import SERVICES
from tests.delivery.hazards import places_in
from tests.delivery.torment import torment
from tests.delivery.tormentor import Toll

RecordProperty = Callable[[str, object], None]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

MORE = 20
"""Kills beyond one at each failpoint of each service."""
EVERY_PLACE = {(service, place) for service in SERVICES for place in places_in(service)}
FAILED_ONCE: tuple[int, ...] = ()
"""Seeds under which something was once lost, doubled or out of order; each stays a test of its own."""


@pytest.mark.parametrize("seed", [*FAILED_ONCE, random.SystemRandom().randrange(10**6)])
async def test_nothing_is_lost_or_doubled_when_all_services_are_killed(
    seed: int, settings: Settings, environment: dict[str, str], tmp_path: Path, record_property: RecordProperty
) -> None:
    def is_enough(toll: Toll) -> bool:
        return set(toll.killed) >= EVERY_PLACE and toll.kills >= len(EVERY_PLACE) + MORE

    outcome = await torment(settings, environment, tmp_path, seed, is_enough)
    record_property("torture", str(outcome))
    assert outcome.is_well, str(outcome)
