"""Real Kafka and MongoDB for the tests: the plugin that gives the fixtures `backends` and `own_pair`.

One pair per run. In this order: `KAFKA_BOOTSTRAP_SERVERS` and `MONGO_URL` if set (either may be), containers with
`HAIVAN_TEST_BACKEND=docker`, else the embedded pair. Tests share it, so each takes a topic prefix and a database of
its own. Tests that kill or pause a server ask for `own_pair` instead, which nobody else uses.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from deploy.embedded.pair import KAFKA_VARIABLES, MONGO_VARIABLES, override, start_pair


@dataclass(frozen=True, slots=True)
class Backends:
    """Where the tests' Kafka and MongoDB are."""

    bootstrap: str
    mongo_url: str


class Stoppable(Protocol):
    """A server that a test may stop; a process or a container."""

    def kill(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def restart(self) -> None: ...


class OwnPair(Protocol):
    """Kafka and MongoDB of one test alone."""

    @property
    def kafka_bootstrap(self) -> str: ...
    @property
    def mongo_url(self) -> str: ...
    @property
    def kafka(self) -> Stoppable: ...
    @property
    def mongod(self) -> Stoppable: ...


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backends]:
    """The pair that all tests of this run share."""
    with ExitStack() as stack:
        if _are_contained():
            yield _in_containers(stack)
        else:
            pair = stack.enter_context(start_pair(tmp_path_factory.mktemp("pair")))
            yield Backends(pair.kafka_bootstrap, pair.mongo_url)


@pytest.fixture
def own_pair(tmp_path: Path) -> Iterator[OwnPair]:
    """A pair of this test alone, whatever the environment names: `pair.kafka.kill()`, `.pause()`, `.restart()`."""
    with start_own_pair(tmp_path / "pair") as pair:
        yield pair


def start_own_pair(folder: Path) -> AbstractContextManager[OwnPair]:
    """The same, for as long as a test wants it."""
    if _are_contained():
        from tests.containers import contained_pair

        return contained_pair()
    return start_pair(folder, environ=without_overrides(os.environ))


def without_overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which everything is embedded."""
    return {name: value for name, value in environ.items() if name not in {*KAFKA_VARIABLES, *MONGO_VARIABLES}}


def _are_contained() -> bool:
    return os.environ.get("HAIVAN_TEST_BACKEND") == "docker"


def _in_containers(stack: ExitStack) -> Backends:
    from tests.containers import ContainedKafka, ContainedMongod, contained

    bootstrap = override(os.environ, KAFKA_VARIABLES) or stack.enter_context(contained(ContainedKafka)).bootstrap
    mongo_url = override(os.environ, MONGO_VARIABLES) or stack.enter_context(contained(ContainedMongod)).url
    return Backends(bootstrap, mongo_url)
