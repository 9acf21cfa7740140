import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded import without_overrides
from tests.integration.deploy.running_system import RunningSystem, start_system


@pytest.fixture
def ours() -> dict[str, str]:
    """The environment without overrides, so that the embedded parts are what is tested."""
    return without_overrides(os.environ)


@pytest.fixture
def start(tmp_path: Path, ours: dict[str, str]) -> Iterator[Callable[..., RunningSystem]]:
    """Starts systems in this test's folder and ends whatever is left of them."""
    started: list[RunningSystem] = []

    def start_one(**environ: str) -> RunningSystem:
        started.append(start_system(tmp_path / "home", ours | environ))
        return started[-1]

    yield start_one
    for system in started:
        if system.process.poll() is None:
            system.end()
        if system.process.stdout:
            system.process.stdout.close()
