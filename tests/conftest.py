"""What every test may ask for; Kafka and MongoDB start when the first test asks for them.

tests.embedded gives backends and own_pair, tests.places gives settings, environment and make_settings,
tests.chromium gives chromium, tests.docker_engine leaves out what nobody asked for, and this file gives clock.
"""

import hypothesis
import pytest

from shared.consumers import Consumers
from tests.clocks import SettableClock

# A busy machine is no counter-example: how fast something is, is measured in bench/.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("untimed")

pytest_plugins = ["tests.embedded", "tests.places", "tests.chromium", "tests.services", "tests.docker_engine"]


@pytest.fixture
def clock() -> SettableClock:
    """Monday 08:00 in Huế, until the test moves it."""
    return SettableClock()


@pytest.fixture(autouse=True, scope="session")
def _a_watchdog_ends_no_test_run() -> None:
    """Services that a test runs in this process must not end it; a stuck one fails its test by its own deadline."""

    def complain(code: int) -> None:
        raise RuntimeError(f"the watchdog would have ended this process with {code}")

    defaults = Consumers.__init__.__kwdefaults__
    assert defaults is not None
    defaults["end_process"] = complain
