"""Kafka and MongoDB in containers, for `HAIVAN_TEST_BACKEND=docker`.

Where the library's clean-up image can't be pulled, set TESTCONTAINERS_RYUK_DISABLED=true: these end by themselves.
Generic containers on purpose: the library's ready-made ones assume other images, log lines and accounts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from testcontainers.core.container import DockerContainer

from deploy.embedded.kafka import answers_as_kafka
from deploy.embedded.ports import LOOPBACK, free_port

_READY_SECONDS = 120.0


@contextmanager
def kafka_container() -> Iterator[str]:
    """The bootstrap servers of a one-node Kafka."""
    port = free_port()
    container = DockerContainer("apache/kafka:4.3.1").with_bind_ports(9092, port)
    for name, value in _kafka_settings(port).items():
        container = container.with_env(f"KAFKA_{name}", value)
    with container:
        _wait_until(lambda: answers_as_kafka(LOOPBACK, port), "Kafka")
        yield f"{LOOPBACK}:{port}"


def _kafka_settings(port: int) -> dict[str, str]:
    return {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://{LOOPBACK}:{port}",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "OFFSETS_TOPIC_NUM_PARTITIONS": "4",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "AUTO_CREATE_TOPICS_ENABLE": "false",
        "HEAP_OPTS": "-Xmx384m",
    }


@contextmanager
def mongo_container() -> Iterator[str]:
    """The URL of a replica set of one, reached through a mapped port (hence `directConnection`)."""
    port = free_port()
    container = DockerContainer("mongo:6.0").with_bind_ports(27017, port).with_command("--replSet rs0")
    with container, MongoClient[dict[str, object]](LOOPBACK, port, directConnection=True) as client:
        _wait_until(lambda: _initiated(client), "MongoDB")
        yield f"mongodb://{LOOPBACK}:{port}/?directConnection=true"


def _initiated(client: MongoClient[dict[str, object]]) -> bool:
    try:
        if client.admin.command("hello").get("setName") is None:
            member = {"_id": 0, "host": "localhost:27017"}
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        return bool(client.admin.command("hello")["isWritablePrimary"])
    except PyMongoError:
        return False


def _wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} in its container took more than {_READY_SECONDS:.0f} s.")
        time.sleep(0.1)
