"""The whole service on real Kafka and MongoDB, one for all tests of a file, with the demo's staff."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI

from services.routing.accounts.staffing import CHAIRS, DEMO_PASSWORD
from services.routing.app import create_app
from services.routing.cases.domain import Case
from services.routing.cases.opening import case_id_of
from shared.clock import now
from shared.events import Cause, Event, pend, record_of
from shared.events.reports import ReportReceived
from shared.ids import new_id
from shared.mongo import Database, connect, database_of, from_document
from shared.security import Person
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.settings import Settings
from tests.embedded import Backends
from tests.eventually import eventually
from tests.places import give_back, own_environment, settings_from

Headers = Mapping[str, str]
SEVERE = "Mẹ tôi khó thở, tím tái, sốt 39 độ từ hôm qua, mới ở Đà Nẵng về."


@dataclass(frozen=True)
class Routing:
    """A running service, its doors, its store and its topics."""

    app: FastAPI
    settings: Settings
    database: Database
    producer: AIOKafkaProducer

    def client(self, account: str | None = None, *, form_token: bool = True) -> httpx.AsyncClient:
        """A browser or program at an address of its own, signed in as one of the demo's staff or as nobody."""
        origin = self.settings.url_of("routing")
        address = (f"10.{'.'.join(str(part) for part in os.urandom(3))}", 1)  # rate limits count by address
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=address)
        client = httpx.AsyncClient(transport=transport, base_url=origin, timeout=20, headers={"Origin": origin})
        if account is not None:
            person = a_person(account)
            client.cookies.set(COOKIE, self.token_of(person))
            if form_token:
                client.headers["X-CSRF-Token"] = self.app.state.security.csrf_token(person)
        return client

    def token_of(self, person: Person) -> str:
        assert self.settings.token_private_key is not None
        return TokenIssuer(self.settings.token_private_key.get_secret_value()).issue(person, now())

    async def say(self, event: Event, times: int = 1) -> None:
        """Publish an event as the service that owns it would, `times` times."""
        pending = pend(event, source="/somebody/else", sequence=1, at=now(), cause=Cause(id="c", correlation="c"))
        key, value, headers = record_of(pending)
        for _ in range(times):
            await self.send(pending.topic, value, dict(headers), key)

    async def send(
        self, topic: str, value: bytes | None, headers: Mapping[str, bytes | str], key: bytes | None = None
    ) -> None:
        """Publish bytes, whatever they are."""
        encoded = [(name, each if isinstance(each, bytes) else each.encode()) for name, each in headers.items()]
        await self.producer.send_and_wait(self.settings.topic_prefix + topic, value, key=key, headers=encoded)

    async def a_case(self, **fields: Any) -> Case:
        """A report arrives on Kafka; the case it became."""
        given = {"report_id": new_id(), "text": SEVERE, "received_at": now(), "about": [], "reporter": []}
        event = ReportReceived.model_validate(ReportReceived.contract.example | given | fields)
        await self.say(event)
        return await self.case_of(event.report_id)

    async def case_of(self, cause_id: str) -> Case:
        return await eventually(lambda: self.case(case_id_of(cause_id)))

    async def case(self, case_id: str) -> Case | None:
        found = await self.database["cases"].find_one({"_id": case_id})
        return from_document(found["state"], Case) if found else None

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
    """Collects the records of a topic, each id once; `ce_type` and `ce_id` stand beside the fields."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._seen: dict[object, dict[str, Any]] = {}

    async def where(self, **fields: object) -> list[dict[str, Any]]:
        """Everything read so far whose fields are these."""
        for records in (await self._consumer.getmany(timeout_ms=100)).values():
            for each in map(_with_envelope, filter(lambda record: record.value, records)):
                self._seen[each["ce_id"] or len(self._seen)] = each
        return [each for each in self._seen.values() if fields.items() <= each.items()]


def _with_envelope(record: Any) -> dict[str, Any]:
    headers = {name: value.decode() for name, value in record.headers}
    try:
        body = json.loads(record.value)
    except ValueError:
        body = {}
    return {**body, "headers": headers, "ce_type": headers.get("ce_type"), "ce_id": headers.get("ce_id")}


def a_person(account: str) -> Person:
    chair = next(chair for chair in CHAIRS if chair.id == account)
    return Person(
        account=chair.id,
        name=chair.name,
        roles=frozenset(chair.roles),
        agency=chair.agency,
        post=chair.post,
        session=new_id(),
    )


def credentials(account: str) -> dict[str, str]:
    return {"account": account, "password": DEMO_PASSWORD}


@pytest.fixture(scope="module")
async def routing(backends: Backends) -> AsyncIterator[Routing]:
    environment = own_environment(backends.bootstrap, backends.mongo_url)
    settings = settings_from(environment | {"HAIVAN_RATE_LIMIT_FACTOR": "1"})  # each client has its own address
    app, mongo = create_app(settings), connect(settings)
    database = database_of(mongo, "routing", settings)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers)
    async with app.router.lifespan_context(app):
        await producer.start()
        yield Routing(app, settings, database, producer)
        await producer.stop()
    mongo.close()
    give_back(settings)
