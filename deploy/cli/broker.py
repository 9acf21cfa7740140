"""What Kafka itself says about topics and groups: plain questions, no state of ours."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from deploy.embedded.errors import CannotRun

_TIMEOUT_MILLISECONDS = 10_000


class Topic(msgspec.Struct, frozen=True):
    """A topic as it is on the broker.

    Attributes:
        records: between the first offset that is kept and the end; compaction leaves gaps, so it is an upper bound.
        retention_ms: None when records are kept for ever.
        cleanup: `delete`, `compact` or both.
    """

    name: str
    partitions: int
    records: int
    retention_ms: int | None
    cleanup: str


class Lag(msgspec.Struct, frozen=True):
    """How far a group is behind on one topic-partition, in records. `committed` is the next offset it will read."""

    group: str
    topic: str
    partition: int
    committed: int
    end: int
    lag: int


class Broker:
    """One admin client and one consumer without a group, for questions about offsets."""

    def __init__(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self._admin = admin
        self._consumer = consumer

    async def topics(self, *, internal: bool = False) -> list[Topic]:
        """All topics by name; with `internal` Kafka's own too."""
        described = await self._described(internal=internal)
        spans = await self._spans([place for places in described.values() for place in places])
        configs = await self._configs(described)
        return [
            Topic(
                name=name,
                partitions=len(places),
                records=sum(end - begin for begin, end in (spans[place] for place in places)),
                retention_ms=_retention(configs[name]),
                cleanup=configs[name].get("cleanup.policy", "delete"),
            )
            for name, places in sorted(described.items())
        ]

    async def lags(self) -> list[Lag]:
        """For each group and topic-partition it ever committed, of topics that still exist."""
        existing = {place for places in (await self._described(internal=True)).values() for place in places}
        committed = {}
        for group in sorted(name for name, *_ in await self._admin.list_consumer_groups()):
            for place, offset in (await self._admin.list_consumer_group_offsets(group)).items():
                if place in existing and offset.offset >= 0:
                    committed[group, place] = offset.offset
        ends = await self._consumer.end_offsets({place for _, place in committed}) if committed else {}
        return [
            Lag(group, place.topic, place.partition, offset, ends[place], max(0, ends[place] - offset))
            for (group, place), offset in sorted(committed.items())
        ]

    async def _described(self, *, internal: bool) -> dict[str, list[TopicPartition]]:
        return {
            topic["topic"]: [TopicPartition(topic["topic"], part["partition"]) for part in topic["partitions"]]
            for topic in await self._admin.describe_topics()
            if internal or not topic["is_internal"]
        }

    async def _spans(self, places: Collection[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        if not places:
            return {}
        begins = await self._consumer.beginning_offsets(places)
        ends = await self._consumer.end_offsets(places)
        return {place: (begins[place], ends[place]) for place in places}

    async def _configs(self, names: Collection[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answers = await self._admin.describe_configs(resources)
        return {
            name: {entry[0]: entry[1] for entry in entries}
            for answer in answers
            for _error, _message, _kind, name, entries in answer.resources
        }


@asynccontextmanager
async def connect(bootstrap: str) -> AsyncIterator[Broker]:
    """Raises `CannotRun` when no broker answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_TIMEOUT_MILLISECONDS)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, request_timeout_ms=_TIMEOUT_MILLISECONDS)
    try:
        await admin.start()
        await consumer.start()
        yield Broker(admin, consumer)
    except KafkaError as error:
        raise CannotRun(f"Kafka at {bootstrap} does not answer: {error}.", "See `./haivan status`.") from error
    finally:
        await consumer.stop()
        await admin.close()


def _retention(config: dict[str, str]) -> int | None:
    kept = int(config.get("retention.ms", "-1"))
    return kept if kept >= 0 and "delete" in config.get("cleanup.policy", "delete") else None
