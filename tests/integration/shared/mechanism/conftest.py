from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from shared.settings import Settings
from tests.integration.shared.mechanism.backbone import Backbone


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """structlog's own default draws each traceback with its variables, which takes seconds."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
async def backbone(settings: Settings) -> AsyncIterator[Backbone]:
    """The mechanism on the shared servers, in a place of this test's own."""
    made = Backbone(settings)
    try:
        yield made
    finally:
        await made.close()
