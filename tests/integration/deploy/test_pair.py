"""The embedded Kafka and MongoDB: they work, come back after a kill, and stay small."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.embedded.pair import Pair, start_pair
from tests.embedded import Backends

pytestmark = pytest.mark.kafka

MEGABYTE = 1024 * 1024


@pytest.fixture
def own_pair(tmp_path: Path, ours: dict[str, str]) -> Iterator[Pair]:
    """The embedded pair itself is what is tested here, whatever the other tests run on."""
    with start_pair(tmp_path / "pair", environ=ours) as pair:
        yield pair


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}"


async def create_topic(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def produce(bootstrap: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, value)


async def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=unique("g")
    )
    async with consumer:
        return [(await consumer.getone()).value for _ in range(count)]


async def test_a_record_goes_through_kafka(backends: Backends) -> None:
    topic = unique("pair")
    await create_topic(backends.bootstrap, topic)
    await produce(backends.bootstrap, topic, "Hải Vân".encode())
    assert await consume(backends.bootstrap, topic, 1) == ["Hải Vân".encode()]


async def test_topics_are_not_made_by_asking_for_them(backends: Backends) -> None:
    topic = unique("nobody-made-this")
    admin = AIOKafkaAdminClient(bootstrap_servers=backends.bootstrap)
    await admin.start()
    try:
        await admin.describe_topics([topic])
        assert topic not in await admin.list_topics()
    finally:
        await admin.close()


async def test_majority_writes_and_change_streams_work(backends: Backends) -> None:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(backends.mongo_url, tz_aware=True)
    reports = client[unique("pair")]["reports"]
    async with reports.watch() as changes:
        await reports.insert_one({"_id": 1})
        assert (await changes.next())["documentKey"] == {"_id": 1}
    await client.drop_database(reports.database.name)
    client.close()


async def test_both_together_stay_below_a_gigabyte(own_pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    topic = unique("load")
    await create_topic(own_pair.kafka_bootstrap, topic)
    async with AIOKafkaProducer(bootstrap_servers=own_pair.kafka_bootstrap, acks="all", linger_ms=5) as producer:
        for _ in range(20):
            futures = [await producer.send(topic, b"x" * 600) for _ in range(1_000)]
            for future in futures:
                await future
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(own_pair.mongo_url)
    await client["load"]["reports"].insert_many([{"text": "x" * 600} for _ in range(20_000)])
    client.close()
    used = {server.child.name: psutil.Process(server.pid).memory_info().rss / MEGABYTE for server in own_pair.servers}
    with capsys.disabled():
        sys.stdout.write(f"\nresident MB: { {name: round(size) for name, size in used.items()} }\n")
    assert sum(used.values()) < 1024


async def test_a_killed_kafka_comes_back_with_its_records(own_pair: Pair) -> None:
    topic = unique("kill")
    await create_topic(own_pair.kafka_bootstrap, topic)
    await produce(own_pair.kafka_bootstrap, topic, b"before")
    own_pair.kafka.kill()
    own_pair.kafka.restart()
    await produce(own_pair.kafka_bootstrap, topic, b"after")
    assert await consume(own_pair.kafka_bootstrap, topic, 2) == [b"before", b"after"]


async def test_a_killed_mongod_comes_back_with_its_documents(own_pair: Pair) -> None:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(own_pair.mongo_url, w="majority")
    reports = client["kill"]["reports"]
    await reports.insert_one({"_id": "before"})
    own_pair.mongod.kill()
    own_pair.mongod.restart()
    assert await reports.count_documents({"_id": "before"}) == 1
    client.close()


async def test_what_people_wrote_is_not_in_the_log_of_a_slow_mongod(own_pair: Pair) -> None:
    client = AsyncIOMotorClient[dict[str, object]](own_pair.mongo_url)
    await client.admin.command("profile", 0, slowms=-1)  # now every command is a slow one
    await client["pair"]["things"].insert_one({"text": "Nguyễn Văn Chậm"})
    await client["pair"]["things"].find_one({"text": "Nguyễn Văn Chậm"})
    client.close()
    assert "Nguyễn Văn Chậm" not in own_pair.mongod.child.log.read_text(errors="replace")


async def test_a_paused_server_goes_on(own_pair: Pair) -> None:
    own_pair.kafka.pause()
    assert not own_pair.kafka.is_ready()
    own_pair.kafka.resume()
    own_pair.kafka.wait_until_ready()


async def test_an_old_folder_works_even_on_other_ports(tmp_path: Path, ours: dict[str, str]) -> None:
    tmp_path = tmp_path / "Hải Vân 2026"
    with start_pair(tmp_path, environ=ours) as pair:
        await create_topic(pair.kafka_bootstrap, "kept")
        await produce(pair.kafka_bootstrap, "kept", b"old")
        first = (pair.kafka.port, pair.mongod.port)
    with start_pair(tmp_path, environ=ours) as pair:
        assert (pair.kafka.port, pair.mongod.port) == first
        assert await consume(pair.kafka_bootstrap, "kept", 1) == [b"old"]
    (tmp_path / "ports.json").unlink()
    with start_pair(tmp_path, environ=ours) as pair:
        assert (pair.kafka.port, pair.mongod.port) != first
        assert await consume(pair.kafka_bootstrap, "kept", 1) == [b"old"]
        client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(pair.mongo_url, w="majority")
        await client["kept"]["reports"].insert_one({"_id": 1})
        client.close()


def test_the_environment_overrides_either_part(tmp_path: Path, ours: dict[str, str]) -> None:
    environ = ours | {"KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092"}
    with start_pair(tmp_path, environ=environ) as pair:
        assert pair.kafka_bootstrap == "kafka.example:9092"
        assert [server.child.name for server in pair.servers] == ["mongod"]
