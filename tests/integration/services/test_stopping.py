"""A service that cannot begin yet stops as well as one that runs."""

import signal
from pathlib import Path

import pytest

from shared.settings import ServiceName
from tests.eventually import eventually_sync
from tests.services import Services

NOBODY = "mongodb://127.0.0.1:9/?replicaSet=rs0"
"""The discard port: nothing answers there."""


@pytest.mark.parametrize("name", ["intake", "routing"])
def test_a_service_that_waits_for_mongodb_hears_that_it_is_to_stop(
    name: ServiceName, environment: dict[str, str], tmp_path: Path
) -> None:
    with Services(environment | {"HAIVAN_MONGO_URL": NOBODY, "MONGO_URL": NOBODY}, tmp_path) as services:
        waiting = services[name]
        waiting.begin()
        assert waiting.process is not None
        eventually_sync(lambda: "start_waits_for_mongodb" in waiting.log.read_text())
        waiting.process.send_signal(signal.SIGTERM)
        assert waiting.process.wait(timeout=60) == 0
    assert "Traceback" not in waiting.log.read_text()
