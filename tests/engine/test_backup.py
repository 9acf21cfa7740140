"""A copy that was made while a day was played brings everything back, and the day after it can begin."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.days import assert_nothing_was_lost_or_doubled, begin_day
from tests.engine.installation import Installation, started
from tests.eventually import eventually_sync

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1_800)]

SETTLES_WITHIN = 180


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Installation]:
    """An installation of this test alone, which it destroys."""
    with started(tmp_path) as made:
        yield made


def figures(installation: Installation) -> dict[str, Any]:
    """What is stored, told and still to do."""
    found: dict[str, Any] = installation.asked_inside("figures.py")
    return found


def quiet_figures(installation: Installation) -> dict[str, Any]:
    """The same, once nothing is left to do."""

    def quiet() -> dict[str, Any] | None:
        found = figures(installation)
        return found if found["pending"] == found["lag"] == 0 else None

    return eventually_sync(quiet, within=SETTLES_WITHIN)


def destroy_and_restore(installation: Installation, name: str) -> None:
    """Everything but the keys is gone, and comes back from the copy."""
    installation.compose("--profile=*", "down", "--volumes")
    installation.backup("restore", name)
    installation.compose("up", "--detach", "--wait", "--wait-timeout=400")


def assert_consistent(found: dict[str, Any]) -> None:
    """Each thing that is stored was told of, and each report became a case."""
    stored, told = found["stored"], found["told"]
    assert stored["intake.reports"] == told["intake.reports.received"] == stored["cases of reports"]
    assert stored["routing.cases"] == told["routing.cases.opened"]
    assert stored["checkpoints.passes"] == told["checkpoints.passes.recorded"]
    assert stored["checkpoints.flags"] == told["checkpoints.flags.raised"]


def test_a_copy_made_in_the_midst_of_a_day_brings_everything_back(doomed: Installation) -> None:
    day = begin_day(doomed)
    at_least = figures(doomed)
    doomed.backup("save", "noon")
    assert_nothing_was_lost_or_doubled(doomed, day)

    evening = quiet_figures(doomed)
    assert_consistent(evening)
    doomed.backup("save", "evening")
    destroy_and_restore(doomed, "evening")
    assert quiet_figures(doomed) == evening
    assert_nothing_was_lost_or_doubled(doomed, begin_day(doomed))

    destroy_and_restore(doomed, "noon")
    noon = quiet_figures(doomed)
    assert_consistent(noon)
    for name, count in at_least["stored"].items():
        assert count <= noon["stored"][name] <= evening["stored"][name]
    assert_nothing_was_lost_or_doubled(doomed, begin_day(doomed))
