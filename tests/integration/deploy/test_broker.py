"""`haivan topics` and `haivan lag` against a real broker."""

import asyncio
import json
import os
import subprocess
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.cli.broker import Lag, Topic, connect
from deploy.embedded.errors import CannotRun
from deploy.embedded.ports import free_port
from shared.settings import ROOT
from tests.embedded import Backends

pytestmark = pytest.mark.kafka

DAY = 86_400_000


@pytest.fixture
async def topic(backends: Backends) -> str:
    """Two partitions, kept for a day, with three records in the first."""
    name = f"broker-{uuid.uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=backends.bootstrap)
    await admin.start()
    try:
        kept = {"retention.ms": str(DAY), "cleanup.policy": "delete"}
        await admin.create_topics([NewTopic(name, num_partitions=2, replication_factor=1, topic_configs=kept)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=backends.bootstrap) as producer:
        for number in range(3):
            await producer.send_and_wait(name, str(number).encode(), partition=0)
    return name


async def commit(backends: Backends, topic: str, offset: int) -> str:
    group = f"{topic}.group"
    consumer = AIOKafkaConsumer(bootstrap_servers=backends.bootstrap, group_id=group, enable_auto_commit=False)
    async with consumer:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        await consumer.commit({place: offset})
    return group


async def test_a_topic_is_shown_as_the_broker_has_it(backends: Backends, topic: str) -> None:
    async with connect(backends.bootstrap) as broker:
        found = {each.name: each for each in await broker.topics()}
    assert found[topic] == Topic(topic, partitions=2, records=3, retention_ms=DAY, cleanup="delete")


async def test_kafkas_own_topics_are_shown_on_request_only(backends: Backends, topic: str) -> None:
    await commit(backends, topic, 1)
    async with connect(backends.bootstrap) as broker:
        assert "__consumer_offsets" not in {each.name for each in await broker.topics()}
        assert "__consumer_offsets" in {each.name for each in await broker.topics(internal=True)}


async def test_lag_is_what_lies_between_the_committed_offset_and_the_end(backends: Backends, topic: str) -> None:
    group = await commit(backends, topic, 1)
    async with connect(backends.bootstrap) as broker:
        found = [each for each in await broker.lags() if each.group == group]
    assert found == [Lag(group, topic, partition=0, committed=1, end=3, lag=2)]


async def test_the_commands_print_the_same(backends: Backends, topic: str) -> None:
    group = await commit(backends, topic, 3)

    async def run(*words: str) -> str:
        environ = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": backends.bootstrap}
        command = [str(ROOT / "haivan"), *words]
        done = await asyncio.to_thread(
            subprocess.run, command, env=environ, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert json.loads(await run("topics", topic, "--json"))[0]["records"] == 3
    assert "1 d" in await run("topics", topic)
    assert json.loads(await run("lag", group, "--json"))[0]["lag"] == 0
    assert "0 records behind in all" in await run("lag", group, "--behind")


async def test_a_broker_that_does_not_answer_is_told(backends: Backends) -> None:
    with pytest.raises(CannotRun, match="does not answer"):
        async with connect(f"127.0.0.1:{free_port()}"):
            pass
