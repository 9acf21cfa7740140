"""The whole demo as a person runs it: everything started, a day played through the doors, every figure compared."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.actions import Day
from deploy.demo.planted_search import PlantedSearch
from deploy.demo.run import yesterday
from shared.clock import now
from shared.profile import load_profile
from shared.settings import ROOT
from tests.embedded import without_overrides

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(1_800)]

SIZE = 200
SECONDS = 540


def demo(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = {**without_overrides(os.environ), "HAIVAN_HOME": str(home)}
    command = [str(ROOT / "haivan"), "demo", "--once", "--json", "--size", str(SIZE), *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=SECONDS)


def outcome_in(output: str) -> dict[str, Any]:
    documents = [json.loads(line) for line in output.splitlines()]
    return next(each for each in documents if "reconciled" in each)


def test_every_figure_of_a_day_reconciles_and_the_next_day_on_old_data_does_too(tmp_path: Path) -> None:
    home, profile, days = tmp_path / "home", load_profile(ROOT / "profiles" / "hue"), list[Day]()
    for seed in (7, 8):
        days.append(yesterday(profile, seed=seed, size=SIZE, moment=now()))
        done = demo(home, "--seed", str(seed))
        outcome = outcome_in(done.stdout)
        assert outcome["broken"] == [], json.dumps(outcome, ensure_ascii=False, indent=1)
        assert (done.returncode, outcome["reconciled"]) == (0, True), done.stderr

    assert outcome["size"] == SIZE
    rows = {row["name"]: row for row in outcome["rows"]}
    for name in ("reports", "calls", "cases of reports", "permits", "alerts", "deliveries", "tasks of cdc"):
        assert rows[name]["accepted"] == rows[name]["on_kafka"] == rows[name]["in_stores"] > 0
    assert rows["deliveries"]["at_receivers"] == rows["deliveries"]["accepted"]
    assert outcome["privacy"]["leaks"] == []
    assert outcome["privacy"]["records"] > SIZE

    logs = {log.name: log.read_text(errors="replace") for log in (home / "logs").iterdir() if log.is_file()}
    assert {"intake.log", "routing.log", "checkpoints.log", "notifications.log"} <= logs.keys()
    for day in days:
        looking = PlantedSearch(day.planted)
        assert {name: found for name, text in logs.items() if (found := looking.found_in(text))} == {}

    again = demo(home, "--seed", "8")
    if yesterday(profile, seed=8, size=SIZE, moment=now()).start == days[-1].start:  # else it was midnight meanwhile
        assert again.returncode == 1
        assert "played here already" in again.stdout
