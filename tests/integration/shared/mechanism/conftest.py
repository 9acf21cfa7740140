from collections.abc import AsyncIterator

import pytest

from shared.settings import Settings
from tests.integration.shared.mechanism.backbone import Backbone


@pytest.fixture
async def backbone(settings: Settings) -> AsyncIterator[Backbone]:
    """The mechanism on the shared servers, in a place of this test's own."""
    made = Backbone(settings)
    try:
        yield made
    finally:
        await made.close()
