import os

import pytest

from tests.embedded import without_overrides


@pytest.fixture
def ours() -> dict[str, str]:
    """The environment without overrides, so that the embedded parts are what is tested."""
    return without_overrides(os.environ)
