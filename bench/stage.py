"""What every bench stands on: one Kafka and one mongod, and real services in a place that nobody else has."""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from bench.places import HOME, peers_python
from deploy.embedded.pair import Pair, start_pair
from shared.profile import load_profile
from shared.settings import ROOT, ServiceName, Settings
from shared.topic_creation import create_topics
from shared.topics import topics_to_create
from tests.places import give_back, own_environment, settings_from
from tests.services import Services

Document = dict[str, Any]
_ENDS_WITHIN = 10.0
_JAVA = {name: text for name, text in os.environ.items() if name == "HAIVAN_JAVA"}
"""All that is taken from the environment: servers that somebody else uses are not measured."""


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

    def agencies_topics(self) -> list[str]:
        """The topics on which agencies find their tasks."""
        return [f"{self.prefix}agencies.{each.id}.tasks.v1" for each in load_profile(self.settings.profile).agencies]


@contextmanager
def stage() -> Iterator[Pair]:
    """A Kafka and a mongod that nobody else uses."""
    HOME.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=HOME, prefix="pair-") as folder, start_pair(Path(folder), environ=_JAVA) as pair:
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


def running(module: str, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """A module of `bench/peers` or `bench/loads` with the packages of the peers; ended at the end."""
    return running_command(module.rpartition(".")[2], [peers_python(), "-u", "-m", module, *arguments])


@contextmanager
def running_command(name: str, command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Any other process, ended at the end; its log is `.bench/logs/<name>.log`."""
    HOME.joinpath("logs").mkdir(exist_ok=True)
    with HOME.joinpath("logs", f"{name}.log").open("a") as log:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT
        )
        try:
            yield process
        finally:
            process.terminate()
            _reap(process)


def _reap(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answer_of(module: str, *arguments: str) -> Any:
    """What such a module printed last, as JSON.

    Raises:
        RuntimeError: it ended without an answer; its log is in `.bench/logs`.
    """
    with running(module, *arguments) as process:
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
    if not said:
        raise RuntimeError(f"{module} said nothing; see {HOME / 'logs'}")
    return json.loads(said[-1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


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
