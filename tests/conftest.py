"""What every test may ask for; Kafka and MongoDB start when the first test asks for them.

tests.embedded gives backends and own_pair, tests.places gives settings, environment and make_settings,
tests.chromium gives chromium, and this file clock.
"""

import pytest

from tests.clocks import SettableClock

pytest_plugins = ["tests.embedded", "tests.places", "tests.chromium", "tests.services"]


@pytest.fixture
def clock() -> SettableClock:
    """Monday 08:00 in Huế, until the test moves it."""
    return SettableClock()
