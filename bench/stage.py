"""What every bench stands on: one Kafka and one mongod, and real services in a place that nobody else has."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiokafka import AIOKafkaConsumer
from pymongo import MongoClient

from bench.places import HERE, HOME, peers_python
from deploy.embedded.pair import Pair, start_pair
from shared.profile import load_profile
from shared.settings import ROOT, ServiceName, Settings
from shared.topic_creation import create_topics
from shared.topics import topics_to_create
from tests.places import give_back, own_environment, settings_from
from tests.services import Services

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Topics, databases and keys of one measurement, with the services that work there."""

    pair: Pair
    settings: Settings
    services: Services
    folder: Path
    mongo: MongoClient[Document]

    @property
    def bootstrap(self) -> str:
        return self.settings.kafka_bootstrap_servers

    @property
    def mongo_url(self) -> str:
        return self.settings.mongo_url.get_secret_value()

    @property
    def prefix(self) -> str:
        return self.settings.topic_prefix

    def pids(self, *names: ServiceName) -> dict[str, int]:
        """The servers' and these services' processes."""
        processes = {name: self.services[name].process for name in names}
        ours = {str(name): process.pid for name, process in processes.items() if process is not None}
        return ours | {"Kafka": self.pair.kafka_pid, "mongod": self.pair.mongod_pid}

    def topics(self) -> list[str]:
        """Make all topics; their names with the prefix."""
        agencies = [agency.id for agency in load_profile(self.settings.profile).agencies]
        wanted = topics_to_create(agencies, self.prefix)
        asyncio.run(create_topics(self.bootstrap, wanted, 1))
        return [topic.name for topic in wanted]

    def records_on(self, topics: Sequence[str]) -> int:
        """How many records stand on these topics."""
        return asyncio.run(_records_on(self.bootstrap, topics))


@contextmanager
def stage() -> Iterator[Pair]:
    """A Kafka and a mongod that nobody else uses."""
    HOME.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=HOME, prefix="pair-") as folder, start_pair(Path(folder), environ={}) as pair:
        yield pair


@contextmanager
def place(pair: Pair, **variables: str) -> Iterator[Place]:
    """A place of its own on the pair; `variables` are further `HAIVAN_…` settings of its services."""
    own = own_environment(pair.kafka_bootstrap, pair.mongo_url) | {"HAIVAN_LOG_LEVEL": "warning"}
    environment = own | {f"HAIVAN_{name.upper()}": text for name, text in variables.items()}
    settings = settings_from(environment)
    with (
        TemporaryDirectory(dir=HOME, prefix="place-") as folder,
        MongoClient[Document](settings.mongo_url.get_secret_value()) as mongo,
    ):
        try:
            with Services(environment, Path(folder)) as services:
                yield Place(pair, settings, services, Path(folder), mongo)
        finally:
            give_back(settings)


def start_script(name: str, *arguments: str, ours: bool = False) -> subprocess.Popen[str]:
    """A script of `bench/peers` or `bench/loads`; its standard output is its answer."""
    python = sys.executable if ours else peers_python()
    return subprocess.Popen(
        [python, "-u", str(HERE / name), *arguments],
        stdout=subprocess.PIPE,
        stderr=None if HOME.joinpath("loud").exists() else subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )


def until(reached: Callable[[], bool], within: float, every: float = 0.02) -> float:
    """Poll until it is so; returns when (monotonic).

    Raises:
        TimeoutError: it was not so in time.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if reached():
            return time.monotonic()
        time.sleep(every)
    raise TimeoutError("what was to be measured did not come to its end")


async def _records_on(bootstrap: str, topics: Sequence[str]) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        await consumer._client.set_topics(topics)  # noqa: SLF001 - there is no public way to hear of further topics
        places = [place for topic in topics for place in _places(consumer, topic)]
        return sum((await consumer.end_offsets(places)).values())
    finally:
        await consumer.stop()


def _places(consumer: AIOKafkaConsumer, topic: str) -> list[Any]:
    from aiokafka import TopicPartition

    return [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
