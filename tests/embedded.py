"""Real Kafka and MongoDB for the tests: the plugin that gives the fixture `backends`.

One pair per run. In this order: `KAFKA_BOOTSTRAP_SERVERS` and `MONGO_URL` if set (either may be), containers with
`HAIVAN_TEST_BACKEND=docker`, else the embedded pair. Tests share it, so each takes a topic prefix and a database of
its own. Tests that kill or pause a server ask for `own_pair` instead, which nobody else uses.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.embedded.pair import KAFKA_VARIABLES, MONGO_VARIABLES, Pair, override, start_pair


@dataclass(frozen=True, slots=True)
class Backends:
    """Where the tests' Kafka and MongoDB are."""

    bootstrap: str
    mongo_url: str


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backends]:
    """The pair that all tests of this run share."""
    with ExitStack() as stack:
        if os.environ.get("HAIVAN_TEST_BACKEND") == "docker":
            yield _in_containers(stack)
        else:
            pair = stack.enter_context(start_pair(tmp_path_factory.mktemp("pair")))
            yield Backends(pair.kafka_bootstrap, pair.mongo_url)


@pytest.fixture
def own_pair(tmp_path: Path) -> Iterator[Pair]:
    """A pair of this test alone, always embedded: `pair.kafka.kill()`, `.pause()`, `.resume()`, `.restart()`."""
    with start_pair(tmp_path / "pair", environ=without_overrides(os.environ)) as pair:
        yield pair


def without_overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which everything is embedded."""
    return {name: value for name, value in environ.items() if name not in {*KAFKA_VARIABLES, *MONGO_VARIABLES}}


def _in_containers(stack: ExitStack) -> Backends:
    from tests.containers import kafka_container, mongo_container

    bootstrap = override(os.environ, KAFKA_VARIABLES) or stack.enter_context(kafka_container())
    mongo_url = override(os.environ, MONGO_VARIABLES) or stack.enter_context(mongo_container())
    return Backends(bootstrap, mongo_url)
