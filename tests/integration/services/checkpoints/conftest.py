"""The whole service on real Kafka and MongoDB, one for all tests of a file, and people who may use it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from fastapi import FastAPI

from services.checkpoints.app import create_app
from shared.clock import now
from shared.ids import new_id
from shared.mongo import Database, connect, database_of
from shared.security import Person
from shared.security.accounts_view import COLLECTION, apply_account_changed
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.settings import Settings
from tests.embedded import Backends
from tests.places import give_back, own_environment, settings_from

PEOPLE: Mapping[str, dict[str, Any]] = {
    "chot-hai-van": {"roles": ("field_officer",), "post": "hai-van"},
    "chi-huy-chot": {"roles": ("officer",), "agency": "checkpoint"},
    "cong-an": {"roles": ("officer",), "agency": "police"},
    "cdc": {"roles": ("officer",), "agency": "cdc"},
    "giao-duc": {"roles": ("officer",), "agency": "education"},
    "ban-chi-dao": {"roles": ("committee",)},
    "tong-dai": {"roles": ("call_taker",)},
}


@dataclass(frozen=True)
class Checkpoints:
    """A running service and its doors."""

    app: FastAPI
    settings: Settings
    database: Database

    def client(self, account: str | None = None, *, form_token: bool = True) -> httpx.AsyncClient:
        """A browser or program, signed in as one of PEOPLE or as nobody."""
        origin = self.settings.url_of("checkpoints")
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=origin, timeout=20)
        if account is not None:
            person = a_person(account)
            token = TokenIssuer(self._private_key()).issue(person, now())
            client.cookies.set(COOKIE, token)
            client.headers["Origin"] = origin
            if form_token:
                client.headers["X-CSRF-Token"] = self.app.state.security.csrf_token(person)
        return client

    def _private_key(self) -> str:
        assert self.settings.token_private_key is not None
        return self.settings.token_private_key.get_secret_value()

    @asynccontextmanager
    async def reading(self, topic: str) -> AsyncIterator["Reader"]:
        """What a topic says from its beginning."""
        consumer = AIOKafkaConsumer(
            self.settings.topic_prefix + topic,
            bootstrap_servers=self.settings.kafka_bootstrap_servers,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        try:
            yield Reader(consumer)
        finally:
            await consumer.stop()


class Reader:
    """Collects the records of a topic; late duplicates are told by their id, as every consumer must."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._seen: dict[bytes, dict[str, Any]] = {}

    async def where(self, **fields: object) -> list[dict[str, Any]]:
        """Everything read so far whose fields are these."""
        for records in (await self._consumer.getmany(timeout_ms=100)).values():
            self._seen |= {dict(each.headers)["ce_id"]: json.loads(each.value) for each in records if each.value}
        return [each for each in self._seen.values() if fields.items() <= each.items()]


def a_person(account: str) -> Person:
    given = PEOPLE[account]
    return Person(
        account=account,
        name=account,
        roles=frozenset(given["roles"]),
        agency=given.get("agency"),
        post=given.get("post"),
        session=new_id(),
    )


@pytest.fixture(scope="module")
async def checkpoints(backends: Backends) -> AsyncIterator[Checkpoints]:
    settings = settings_from(own_environment(backends.bootstrap, backends.mongo_url))
    app, mongo = create_app(settings), connect(settings)
    database = database_of(mongo, "checkpoints", settings)
    async with app.router.lifespan_context(app):
        for account, given in PEOPLE.items():
            state = {"account_id": account, "active": True, "agency": None, **given}
            await apply_account_changed(database[COLLECTION], state, 1)
        yield Checkpoints(app, settings, database)
    mongo.close()
    give_back(settings)
