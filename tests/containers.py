"""Kafka and MongoDB in containers, for `HAIVAN_TEST_BACKEND=docker`.

The same images, flags and settings as in `deploy/docker-compose.yml`; only the addresses are others. Generic
containers on purpose: the library's ready-made ones assume other images, log lines and accounts. Where the library's
clean-up image can't be pulled, set TESTCONTAINERS_RYUK_DISABLED=true: these end by themselves.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from docker.errors import APIError
from pymongo.errors import PyMongoError
from testcontainers.core.container import DockerContainer

from deploy.compose.replica_set import initiate
from deploy.embedded.kafka import answers_as_kafka
from deploy.embedded.mongod import REPLICA_SET
from deploy.embedded.ports import LOOPBACK, free_port
from tests.composition import described, image_of

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - where the engine binds what it maps
_READY_SECONDS = 180.0
_ATTEMPTS = 3

S = TypeVar("S", bound="ContainedServer")


class ContainedServer(ABC):
    """A server in a container that can be stopped and started again, on the same port and data."""

    def __init__(self) -> None:
        self.port = contained_port()
        self.container = self.describe()

    @abstractmethod
    def describe(self) -> DockerContainer:
        """The container, not started yet, that maps `self.port`."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers clients now; takes it one step nearer if that is up to us."""

    def kill(self) -> None:
        """SIGKILL."""
        self.container.get_wrapped_container().kill()

    def pause(self) -> None:
        self.container.get_wrapped_container().pause()

    def resume(self) -> None:
        self.container.get_wrapped_container().unpause()

    def restart(self) -> None:
        """Start again, whether it is alive or dead, and wait until it is ready."""
        self.container.get_wrapped_container().restart()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline:
                said = b"\n".join(self.container.get_logs()).decode(errors="replace")
                raise TimeoutError(f"{self.container.image} took more than {_READY_SECONDS:.0f} s:\n{said[-3_000:]}")
            time.sleep(0.1)


class ContainedKafka(ContainedServer):
    """A broker of one node."""

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def describe(self) -> DockerContainer:
        own = {"KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}"}
        container = DockerContainer(image_of("kafka")).with_bind_ports(9092, self.port)
        for name, value in (described("kafka")["environment"] | own).items():
            container = container.with_env(name, str(value))
        return container

    def is_ready(self) -> bool:
        return answers_as_kafka(LOOPBACK, self.port)


class ContainedMongod(ContainedServer):
    """A replica set of one; it listens on the port that is mapped, so that its name is the same on both sides."""

    @property
    def url(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}"

    def describe(self) -> DockerContainer:
        command = [*described("mongo")["command"], f"--port={self.port}"]
        return DockerContainer(image_of("mongo")).with_bind_ports(self.port, self.port).with_command(command)

    def is_ready(self) -> bool:
        try:
            return initiate(f"{LOOPBACK}:{self.port}")
        except PyMongoError:
            return False


@dataclass(frozen=True, slots=True)
class ContainedPair:
    """Both, as `deploy.embedded.pair.Pair` has them."""

    kafka: ContainedKafka
    mongod: ContainedMongod

    @property
    def kafka_bootstrap(self) -> str:
        return self.kafka.bootstrap

    @property
    def mongo_url(self) -> str:
        return self.mongod.url


@contextmanager
def contained(make: Callable[[], S]) -> Iterator[S]:
    """One server, ready; it is removed with its data afterwards."""
    server = _started(make)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.container.stop()


@contextmanager
def contained_pair() -> Iterator[ContainedPair]:
    with contained(ContainedMongod) as mongod, contained(ContainedKafka) as kafka:
        yield ContainedPair(kafka, mongod)


def contained_port() -> int:
    """A free port that stays free while nobody asks for this very one, whatever seed the tests' chance has."""
    return free_port(_EVERYWHERE)


def _started(make: Callable[[], S]) -> S:
    """Between choosing a free port and binding it another program may have taken it: choose again."""
    for attempt in range(1, _ATTEMPTS + 1):
        server = make()
        try:
            server.container.start()
        except APIError as error:
            server.container.stop()
            if attempt == _ATTEMPTS or "already" not in str(error):
                raise
        else:
            return server
    raise AssertionError("unreachable: the last attempt returns or raises")
