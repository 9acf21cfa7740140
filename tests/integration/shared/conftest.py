from collections.abc import AsyncIterator

import pytest

from shared.mongo import Database, connect, database_of
from shared.settings import Settings


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A database of this test's own, written and read as the services do."""
    client = connect(settings)
    try:
        yield database_of(client, "intake", settings)
    finally:
        client.close()
