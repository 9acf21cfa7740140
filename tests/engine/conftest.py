from collections.abc import Iterator

import pytest

from tests.engine.installation import Installation, started


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests that leave it as they found it; nothing of it is left afterwards."""
    with started(tmp_path_factory.mktemp("installation")) as made:
        yield made
