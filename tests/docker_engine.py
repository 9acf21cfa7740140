"""Tests marked `engine`: run only where they are asked for, by `make test-engine`, and counted everywhere else.

They build images and start an installation of its own, which takes minutes and a Docker engine that whoever changes a
line need not have. `HAIVAN_TEST_ENGINE=1` asks for them; without an engine they fail then.
"""

import os
import subprocess
from functools import cache

import pytest

_NOT_RUN = pytest.StashKey[int]()


@cache
def why_no_engine() -> str | None:
    """What is missing for these tests, None when nothing is."""
    for command, what in (
        (["docker", "info"], "no Docker engine answers"),
        (["docker", "compose", "version"], "the engine's `docker compose` is not installed"),
    ):
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return what
        if done.returncode:
            return what
    return None


def are_asked_for() -> bool:
    return os.environ.get("HAIVAN_TEST_ENGINE") == "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out where nobody asked for them."""
    left_out = [] if are_asked_for() else [item for item in items if item.get_closest_marker("engine")]
    config.stash[_NOT_RUN] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("engine") and (reason := why_no_engine()):
        pytest.fail(f"HAIVAN_TEST_ENGINE is set, but {reason}.", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    not_run = config.stash.get(_NOT_RUN, 0)
    if not_run:
        reason = why_no_engine() or "they take minutes of it"
        terminalreporter.write_line(
            f"{not_run} engine tests were not run: {reason}; `make test-engine` runs them.", yellow=True
        )
