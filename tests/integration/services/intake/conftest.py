"""Intake as a whole on real Kafka and MongoDB, one for all tests of a file, and people who may use it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI

from services.intake.app import create_app
from shared.clock import now
from shared.events import Cause, Event, pend, record_of
from shared.ids import new_id
from shared.mongo import Database, connect, database_of
from shared.security import Person
from shared.security.accounts_view import COLLECTION, apply_account_changed
from shared.security.api_keys import new_api_key
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.settings import Settings
from tests.embedded import Backends
from tests.places import give_back, own_environment, settings_from

PEOPLE: Mapping[str, dict[str, Any]] = {
    "tong-dai": {"roles": ("call_taker",)},
    "tong-dai-2": {"roles": ("call_taker",)},
    "dieu-phoi": {"roles": ("dispatcher",)},
    "cdc": {"roles": ("officer",), "agency": "cdc"},
    "cong-an": {"roles": ("officer",), "agency": "police"},
    "ky-su-cdc": {"roles": ("engineer",), "agency": "cdc"},
    "ky-su-cong-an": {"roles": ("engineer",), "agency": "police"},
}
KEYS: Mapping[str, tuple[str, ...]] = {"ky-su-cdc": ("identity",), "ky-su-cong-an": ("tasks",)}


@dataclass(frozen=True)
class Intake:
    """A running service and its doors."""

    app: FastAPI
    settings: Settings
    database: Database
    producer: AIOKafkaProducer
    api_keys: dict[str, str] = field(default_factory=dict)

    def client(self, account: str | None = None) -> httpx.AsyncClient:
        """A browser or program, signed in as one of PEOPLE or as nobody."""
        origin = self.settings.url_of("intake")
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=origin, timeout=20)
        if account is not None:
            assert self.settings.token_private_key is not None
            person = a_person(account)
            token = TokenIssuer(self.settings.token_private_key.get_secret_value()).issue(person, now())
            client.cookies.set(COOKIE, token)
            client.headers["Origin"] = origin
            client.headers["X-CSRF-Token"] = self.app.state.security.csrf_token(person)
        return client

    async def says(self, event: Event, sequence: int) -> None:
        """Put an event of routing on its topic."""
        cause = Cause(id=new_id(), correlation=event.subject)
        pending = pend(event, source="/routing/cases", sequence=sequence, at=now(), cause=cause)
        key, value, headers = record_of(pending)
        topic = self.settings.topic_prefix + pending.topic
        await self.producer.send_and_wait(topic, key=key, value=value, headers=headers)


def a_person(account: str) -> Person:
    given = PEOPLE[account]
    roles = frozenset(given["roles"])
    return Person(account=account, name=account, roles=roles, agency=given.get("agency"), session=new_id())


def code_in(text: str) -> str:
    """The tracking code in an address."""
    found = re.search(r"/track/([0-9A-Z]{14})", text)
    assert found, text
    return found[1]


@pytest.fixture(scope="module")
async def intake(backends: Backends) -> AsyncIterator[Intake]:
    settings = settings_from(own_environment(backends.bootstrap, backends.mongo_url))
    app, mongo = create_app(settings), connect(settings)
    database = database_of(mongo, "intake", settings)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers)
    async with app.router.lifespan_context(app):
        keys: dict[str, str] = {}
        for account, given in PEOPLE.items():
            made = new_api_key()
            keys[account] = made.text
            key = {"id": made.id, "sha256": made.sha256, "scopes": KEYS.get(account, ()), "expires_at": None}
            state = {"account_id": account, "active": True, "agency": None, **given, "api_keys": [key]}
            await apply_account_changed(database[COLLECTION], state, 1)
        await producer.start()
        yield Intake(app, settings, database, producer, keys)
        await producer.stop()
    mongo.close()
    give_back(settings)


async def everything_on(intake: Intake, topic: str) -> list[dict[str, Any]]:
    """What a topic says so far; late duplicates are told by their id, as every consumer must."""
    consumer = AIOKafkaConsumer(
        intake.settings.topic_prefix + topic,
        bootstrap_servers=intake.settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: dict[bytes, dict[str, Any]] = {}
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found |= {dict(each.headers)["ce_id"]: json.loads(each.value) for each in records if each.value}
        return list(found.values())
    finally:
        await consumer.stop()
