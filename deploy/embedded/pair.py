"""Kafka and MongoDB together, for the embedded run and for tests.

with start_pair(tmp_path) as pair:
    connect(pair.kafka_bootstrap, pair.mongo_url)
    pair.kafka.kill(); pair.kafka.restart()         # same port, same data
    pair.mongod.pause(); pair.mongod.resume()
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home, cache_folder
from deploy.embedded.jars import fetch_jars
from deploy.embedded.java import find_java
from deploy.embedded.kafka import Kafka
from deploy.embedded.mongod import Mongod
from deploy.embedded.mongodb import find_mongodb
from deploy.embedded.ports import candidates, choose_ports, remember_ports
from deploy.embedded.progress import Progress, Silent
from deploy.embedded.quick_start import quick_start_options
from deploy.embedded.server import Server

_ATTEMPTS = 3

PORT_NAMES = ("mongod", "kafka", "kafka_controller")
NO_PREFERENCE: Mapping[str, int] = {}

KAFKA_VARIABLES = ("HAIVAN_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS")
MONGO_VARIABLES = ("HAIVAN_MONGO_URL", "MONGO_URL")
"""As `shared.settings` reads them, the first one set wins."""


def override(environ: Mapping[str, str], variables: tuple[str, ...]) -> str | None:
    """The address that the environment names instead of ours, None when it names none."""
    return next((environ[name] for name in variables if environ.get(name)), None)


class Pair:
    """What `start_pair` returns. A part that the environment overrides isn't ours: asking for it raises."""

    def __init__(self, kafka: Kafka | str, mongod: Mongod | str) -> None:
        self._kafka = kafka
        self._mongod = mongod

    @property
    def kafka_bootstrap(self) -> str:
        return self._kafka if isinstance(self._kafka, str) else self._kafka.bootstrap

    @property
    def mongo_url(self) -> str:
        return self._mongod if isinstance(self._mongod, str) else self._mongod.url

    @property
    def kafka(self) -> Kafka:
        """Our broker: `kill`, `pause`, `resume`, `restart`, `pid`."""
        if isinstance(self._kafka, str):
            raise CannotRun(f"{KAFKA_VARIABLES[1]} names a Kafka that isn't ours.", "Unset it to start one here.")
        return self._kafka

    @property
    def mongod(self) -> Mongod:
        """Our mongod: `kill`, `pause`, `resume`, `restart`, `pid`."""
        if isinstance(self._mongod, str):
            raise CannotRun(f"{MONGO_VARIABLES[1]} names a MongoDB that isn't ours.", "Unset it to start one here.")
        return self._mongod

    @property
    def kafka_pid(self) -> int:
        return self.kafka.pid

    @property
    def mongod_pid(self) -> int:
        return self.mongod.pid

    @property
    def servers(self) -> tuple[Server, ...]:
        """The parts that are ours, in order of start."""
        return tuple(part for part in (self._mongod, self._kafka) if isinstance(part, Server))

    def start(self) -> None:
        """Start both side by side and wait; on failure nothing is left running."""
        try:
            for server in self.servers:
                server.start()
            for server in self.servers:
                server.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both cleanly; safe to call twice."""
        for server in self.servers:
            server.child.ask_to_stop()
        for server in self.servers:
            server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()


def build_pair(
    home: Home,
    *,
    environ: Mapping[str, str] = os.environ,
    preferred: Mapping[str, int] = NO_PREFERENCE,
    progress: Progress | None = None,
) -> Pair:
    """A pair that is not started yet; downloads what is missing and chooses the ports.

    Args:
        home: its data folder.
        environ: where the overrides `KAFKA_BOOTSTRAP_SERVERS` and `MONGO_URL` are looked up.
        preferred: ports to take when they are free, by `kafka`, `kafka_controller`, `mongod`; then come those of the
            folder's last run.
        progress: told of downloads.

    Raises:
        CannotRun: something is missing on this machine.
    """
    home.create()
    ports = choose_ports(candidates(PORT_NAMES, preferred, home.ports_file))
    remember_ports(home.ports_file, ports)
    cache = cache_folder(environ)
    return Pair(
        override(environ, KAFKA_VARIABLES) or _build_kafka(home, cache, ports, environ, progress or Silent()),
        override(environ, MONGO_VARIABLES) or _build_mongod(home, cache, ports["mongod"], environ),
    )


def _build_kafka(
    home: Home, cache: Path, ports: Mapping[str, int], environ: Mapping[str, str], progress: Progress
) -> Kafka:
    jars, java = fetch_jars(cache, progress), find_java(environ)
    return Kafka(
        home.kafka,
        log=home.logs / "kafka.log",
        jars=jars,
        java=java,
        options=quick_start_options(cache, jars, java, progress),
        port=ports["kafka"],
        controller_port=ports["kafka_controller"],
    )


def _build_mongod(home: Home, cache: Path, port: int, environ: Mapping[str, str]) -> Mongod:
    return Mongod(home.mongod, log=home.logs / "mongod.log", mongodb=find_mongodb(cache, environ), port=port)


def start_pair(
    home: Path,
    *,
    environ: Mapping[str, str] = os.environ,
    preferred: Mapping[str, int] = NO_PREFERENCE,
    progress: Progress | None = None,
) -> Pair:
    """Start Kafka and MongoDB on free ports with their data in `home`, and return when both answer (about 5 s).

    Works on a folder that an earlier run used, also after `kill -9`. Arguments are those of `build_pair`.

    Raises:
        CannotRun: with what is wrong and what to do.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        pair = build_pair(Home(home), environ=environ, preferred=preferred, progress=progress)
        (progress or Silent()).step(f"Starting {' and '.join(server.child.name for server in pair.servers)}")
        try:
            pair.start()
        except CannotRun:
            # Between choosing a free port and binding it another program may have taken it: choose again.
            if attempt == _ATTEMPTS or not any(_lost_its_port(server) for server in pair.servers):
                raise
        else:
            return pair
    raise AssertionError("unreachable: the last attempt returns or raises")


def _lost_its_port(server: Server) -> bool:
    return "Address already in use" in server.child.tail()
