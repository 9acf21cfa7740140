"""How far topics and groups have come, asked of the broker again and again on one connection."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


class Progress:
    """Used inside `with`.

    Args:
        bootstrap: Kafka's addresses.
        topics: those whose records are counted.
    """

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        self._bootstrap = bootstrap
        self._topics = topics
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._stop())
        self._runner.close()

    def records(self) -> int:
        """How many records stand on the topics."""
        return sum(self._runner.run(self._consumer.end_offsets(self._places)).values())

    def committed(self, group: str) -> int:
        """How many records the group has committed, over all its topics."""
        offsets = self._runner.run(self._admin.list_consumer_group_offsets(group))
        return sum(max(0, each.offset) for each in offsets.values())

    async def _start(self) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await self._consumer.start()
        await self._admin.start()
        described = await self._admin.describe_topics(list(self._topics))
        self._places = [
            TopicPartition(topic["topic"], each["partition"]) for topic in described for each in topic["partitions"]
        ]

    async def _stop(self) -> None:
        await self._consumer.stop()
        await self._admin.close()
