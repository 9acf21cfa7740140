"""Days that are played while something happens to the containers, and what must hold of each afterwards."""

import json
import secrets

from tests.engine.installation import Day, Installation
from tests.eventually import eventually_sync

SHORT, LONG = 250, 1_000
"""Things that happen; fifty a second at most."""
_BEGUN = 40
_BEGINS_WITHIN = 180
_ENDS_WITHIN = 600


def begin_day(installation: Installation, size: int = SHORT) -> Day:
    """A new day of which the first things have happened, and most have not."""
    day = installation.play(secrets.randbelow(1_000_000_000), size)
    eventually_sync(lambda: day.has_happened(_BEGUN), within=_BEGINS_WITHIN)
    return day


def assert_nothing_was_lost_or_doubled(installation: Installation, day: Day) -> None:
    """What the doors accepted is what is on Kafka, in the stores and at the receivers, once each."""
    outcome = day.outcome(_ENDS_WITHIN)
    if outcome["broken"]:
        logs = installation.compose("logs", "--no-color", "--tail=40")
        told = json.dumps(outcome, ensure_ascii=False, indent=1)
        raise AssertionError(f"{outcome['broken']}\n{told}\n{logs}")
    rows = {row["name"]: row for row in outcome["rows"]}
    for name in ("reports", "calls", "cases of reports", "permits", "deliveries"):
        assert rows[name]["accepted"] == rows[name]["on_kafka"] == rows[name]["in_stores"] > 0
    assert day.process.returncode == 0
