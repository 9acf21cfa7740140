import os

import pytest

from deploy.embedded.pair import KAFKA_VARIABLE, MONGO_VARIABLE


@pytest.fixture
def ours() -> dict[str, str]:
    """The environment without overrides, so that the embedded parts are what is tested."""
    return {name: value for name, value in os.environ.items() if name not in {KAFKA_VARIABLE, MONGO_VARIABLE}}
