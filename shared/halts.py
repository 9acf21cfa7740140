"""Topic-partitions that a group has halted because too much of them was dead; kept across restarts."""

import time
from collections.abc import Collection, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError

from shared.batches import PartitionHealth, first_offsets
from shared.clock import now
from shared.mongo import Database
from shared.telemetry import CONSUMER_PAUSED

log = structlog.get_logger(__name__)

_FRESH_SECONDS = 1.0


class Halts:
    """The halted places of one service, read at most once a second."""

    def __init__(self, database: Database) -> None:
        self._collection = database["halts"]
        self._read_at = 0.0
        self._places: dict[str, set[tuple[str, int]]] = {}

    async def places(self, group: str) -> set[tuple[str, int]]:
        """The (topic, partition) pairs that this group does not consume for now."""
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._places = await self._read()
            self._read_at = time.monotonic()
        return self._places.get(group, set())

    async def impose(self, group: str, topic: str, partition: int, reason: str) -> None:
        halt = {"group": group, "topic": topic, "partition": partition, "reason": reason, "since": now()}
        await self._collection.update_one(
            {"_id": f"{group}/{topic}/{partition}"}, {"$setOnInsert": halt}, upsert=True
        )
        self._read_at = 0.0

    async def lift(self, group: str, topic: str, partition: int) -> None:
        await self._collection.delete_one({"_id": f"{group}/{topic}/{partition}"})
        self._read_at = 0.0

    async def _read(self) -> dict[str, set[tuple[str, int]]]:
        found: dict[str, set[tuple[str, int]]] = {}
        async for halt in self._collection.find({}):
            found.setdefault(halt["group"], set()).add((halt["topic"], halt["partition"]))
        return found


class Ward:
    """The topic-partitions of one group as this process sees them: how each does, and which stand still.

    Args:
        group: whose they are.
        halts: where halts are kept, for all processes.
        prefix: the topic prefix of this installation.
    """

    def __init__(self, group: str, halts: Halts, prefix: str) -> None:
        self._group = group
        self._halts = halts
        self._prefix = prefix
        self._health: dict[TopicPartition, PartitionHealth] = {}
        self._standing: set[TopicPartition] = set()

    async def admit(self, records: Sequence[ConsumerRecord], consumer: AIOKafkaConsumer) -> Sequence[ConsumerRecord]:
        """The records that may be consumed; those of halted partitions are left where they are."""
        halted = await self._halted()
        if not halted:
            return records
        left = [r for r in records if TopicPartition(r.topic, r.partition) in halted]
        for place, offset in first_offsets(left).items():
            seek_and_pause(consumer, place, offset)
            self._note_standing(place)
        return [r for r in records if TopicPartition(r.topic, r.partition) not in halted]

    def note(self, place: TopicPartition, *, dead: bool) -> None:
        """Note what became of one record."""
        self._health.setdefault(place, PartitionHealth()).note(dead=dead)

    async def halt_the_sick(self, consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> None:
        """Stop those of these partitions that are sick, in this process and in every later one."""
        for place in places:
            if self._health.get(place, PartitionHealth()).is_sick:
                topic = place.topic.removeprefix(self._prefix)
                await self._halts.impose(self._group, topic, place.partition, "dead-letters")
                log.error("partition_halted", group=self._group, topic=topic, partition=place.partition)
                self._note_standing(place)
                if place in consumer.assignment():
                    consumer.pause(place)

    async def resume(self, consumer: AIOKafkaConsumer | None, topic: str, partition: int) -> None:
        """Go on with a halted topic-partition; its count begins anew."""
        await self._halts.lift(self._group, topic, partition)
        self._go_on(consumer, TopicPartition(self._prefix + topic, partition))

    async def follow(self, consumer: AIOKafkaConsumer | None) -> None:
        """Go on with what another process of this service was told to resume."""
        for place in self._standing - await self._halted():
            self._go_on(consumer, place)

    def is_standing(self, place: TopicPartition) -> bool:
        """Whether this process has stopped it."""
        return place in self._standing

    async def _halted(self) -> set[TopicPartition]:
        places = await self._halts.places(self._group)
        return {TopicPartition(self._prefix + topic, partition) for topic, partition in places}

    def _note_standing(self, place: TopicPartition) -> None:
        self._standing.add(place)
        CONSUMER_PAUSED.labels(self._group, place.topic.removeprefix(self._prefix), place.partition).set(1)

    def _go_on(self, consumer: AIOKafkaConsumer | None, place: TopicPartition) -> None:
        self._health.pop(place, None)
        self._standing.discard(place)
        CONSUMER_PAUSED.labels(self._group, place.topic.removeprefix(self._prefix), place.partition).set(0)
        if consumer is not None and place in consumer.assignment():
            consumer.resume(place)


def seek_and_pause(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> None:
    """Go back to an offset and stay there until resumed."""
    try:
        consumer.seek(place, offset)
        consumer.pause(place)
    except IllegalStateError:
        log.info("partition_gone", topic=place.topic, partition=place.partition)  # the next owner takes it up
