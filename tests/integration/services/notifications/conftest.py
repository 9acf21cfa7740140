"""Notifications in this process, on real Kafka and MongoDB, one for all tests of a file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from services.notifications.app import create_app
from shared.mongo import Database, connect, database_of
from shared.settings import Settings
from tests.embedded import Backends
from tests.integration.services.notifications.desks import seat_everybody, signed_in
from tests.integration.services.notifications.quick_service import TRIES
from tests.places import give_back, own_environment, settings_from


@dataclass(frozen=True)
class Notifications:
    """A running service and its doors."""

    app: FastAPI
    settings: Settings
    database: Database

    def client(self, account: str | None = None) -> httpx.AsyncClient:
        """A browser, signed in as one of PEOPLE or as nobody."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        origin = self.settings.url_of("notifications")
        if account is None:
            return httpx.AsyncClient(base_url=origin, transport=transport, timeout=20)
        return signed_in(self.settings, account, origin, transport)


@pytest.fixture(scope="module")
async def notifications(backends: Backends) -> AsyncIterator[Notifications]:
    """The service, with short waits; no lease of it ends, however long a busy machine takes for a call."""
    settings = settings_from(own_environment(backends.bootstrap, backends.mongo_url))
    app = create_app(settings, tries=TRIES)
    async with app.router.lifespan_context(app):
        database = database_of(connect(settings), "notifications", settings)
        await seat_everybody(database)
        yield Notifications(app, settings, database)
    give_back(settings)
