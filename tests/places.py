"""A place of one's own on the shared Kafka and MongoDB: settings with unique prefixes and fresh keys.

The plugin that gives the fixtures `settings`, `environment` and `make_settings`.
"""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from deploy.embedded.secret_keys import make_secrets
from shared.settings import Settings
from tests.embedded import Backends


class MakeSettings(Protocol):
    """Makes settings of a place of its own; arguments are `Settings` fields as text (`listen="0.0.0.0"`)."""

    def __call__(self, **overrides: str) -> Settings: ...


@pytest.fixture
def environment(backends: Backends) -> Iterator[dict[str, str]]:
    """The variables of this test's own place, for the processes that it starts: prefixes and fresh keys."""
    variables = own_environment(backends.bootstrap, backends.mongo_url)
    yield variables
    give_back(settings_from(variables))


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """This test's own place, the same that `environment` names."""
    return settings_from(environment)


@pytest.fixture
def make_settings(request: pytest.FixtureRequest) -> Iterator[MakeSettings]:
    """Further places, or settings without any: with both addresses given, nothing is started for them."""
    made: list[Settings] = []

    def make(**overrides: str) -> Settings:
        given = {f"HAIVAN_{field.upper()}": text for field, text in overrides.items()}
        if {"kafka_bootstrap_servers", "mongo_url"} <= set(overrides):
            return settings_from(own_environment("", "") | given)
        backends: Backends = request.getfixturevalue("backends")
        made.append(settings_from(own_environment(backends.bootstrap, backends.mongo_url) | given))
        return made[-1]

    yield make
    for each in made:
        give_back(each)


def own_environment(kafka: str, mongo_url: str) -> dict[str, str]:
    """The `HAIVAN_…` variables that give a process a place nobody else uses, every key included."""
    name = secrets.token_hex(4)
    return make_secrets() | {
        "HAIVAN_ENVIRONMENT": "embedded",
        "HAIVAN_RATE_LIMIT_FACTOR": "100",
        "HAIVAN_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "HAIVAN_MONGO_URL": mongo_url,
        "HAIVAN_TOPIC_PREFIX": f"t{name}.",
        "HAIVAN_DATABASE_PREFIX": f"t{name}",
    }


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings that a process with these variables would read; the machine's own variables count less."""
    return Settings.model_validate({_argument(name): value for name, value in environment.items()})


def give_back(settings: Settings) -> None:
    """Drop the topics and databases of this place. Works inside a running event loop, hence the thread."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, _drop_topics(settings.kafka_bootstrap_servers, settings.topic_prefix)).result()
    with MongoClient[dict[str, object]](settings.mongo_url.get_secret_value()) as client:
        for name in client.list_database_names():
            if name.startswith(f"{settings.database_prefix}_"):
                client.drop_database(name)


async def _drop_topics(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        ours = [topic for topic in await admin.list_topics() if topic.startswith(prefix)]
        if ours:
            await admin.delete_topics(ours)
    finally:
        await admin.close()


def _argument(variable: str) -> str:
    field = variable.removeprefix("HAIVAN_").lower()
    # A field with an alias is set by that alias alone.
    return variable if Settings.model_fields[field].validation_alias else field
