"""Waiting until everything that was accepted has gone all its ways: nothing pending, no lag, nothing to deliver."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from shared.events import REGISTRY
from shared.profile import load_profile
from shared.settings import ServiceName, Settings
from shared.topics import AGENCY_TASKS
from tests.delivery.partitions import places_of, topics_of
from tests.eventually import eventually

SERVICES: tuple[ServiceName, ...] = get_args(ServiceName)
_OWN_COUNTS = "counts"
"""Told every few seconds for ever, so that it is never done."""
_OF_THE_CDC = {"cdc-sample": {AGENCY_TASKS.of("cdc")}}
"""What the CDC's own program reads: an answer that it gives late would come when all is judged."""
_CDC_ANSWERS_WITHIN = 120.0
"""Seconds; one that an outage has cost its wits answers nothing any more, and nobody waits for it for ever."""


@dataclass(frozen=True, slots=True)
class Left:
    """What still has a way to go; false when nothing has."""

    pending: Mapping[str, int]
    lag: Mapping[str, int]
    deliveries: int

    def __bool__(self) -> bool:
        return bool(self.pending or self.lag or self.deliveries)


async def drained(settings: Settings, within: float, is_cdc_alive: Callable[[], bool]) -> float:
    """Wait until nothing is left; returns how many seconds it took.

    Args:
        settings: of the services.
        within: seconds until it is given up.
        is_cdc_alive: whether the CDC's own program runs, whose tasks are left as well as long as it does.

    Raises:
        AssertionError: something was left at the end of that time; says what.
    """
    began = time.monotonic()

    async def nothing_left() -> bool:
        is_awaited = is_cdc_alive() and time.monotonic() - began < _CDC_ANSWERS_WITHIN
        try:
            left = await what_is_left(settings, _OF_THE_CDC if is_awaited else {})
        except (KafkaError, PyMongoError) as error:  # a server that has just come back does not know itself yet
            raise AssertionError(repr(error)) from error
        assert not left, str(left)
        return True

    await eventually(nothing_left, within=within)
    return time.monotonic() - began


async def what_is_left(settings: Settings, of_others: Mapping[str, Collection[str]]) -> Left:
    """Upstream first: what moves on between two looks is seen at the second one.

    `of_others` are the topics of groups that are no service's.
    """
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(settings.mongo_url.get_secret_value())
    async with client:
        before = await _pending(client, settings)
        lag = await _lag(settings, {**topics_of_groups(settings), **of_others})
        deliveries = client[f"{settings.database_prefix}_notifications"]["deliveries"]
        waiting = await deliveries.count_documents({"state.status": "waiting"})
        return Left(before + await _pending(client, settings), lag, waiting)


async def _pending(client: AsyncMongoClient[dict[str, Any]], settings: Settings) -> Counter[str]:
    """How many documents have something to publish, by collection."""
    waiting: Counter[str] = Counter()
    for service in SERVICES:
        database = client[f"{settings.database_prefix}_{service}"]
        for name in await database.list_collection_names():
            if name != _OWN_COUNTS:
                waiting[f"{service}.{name}"] = await database[name].count_documents(
                    {"pending_since": {"$exists": True}}
                )
    return +waiting


async def _lag(settings: Settings, topics: Mapping[str, Collection[str]]) -> Counter[str]:
    """How many records each group has not committed; a group that never committed has all to do."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        read = {group: await places_of(admin, settings, names) for group, names in topics.items()}
        done = {group: await admin.list_consumer_group_offsets(settings.topic_prefix + group) for group in read}
    finally:
        await admin.close()
    ends, lag = await _ends(settings, {place for places in read.values() for place in places}), Counter[str]()
    for group, places in read.items():
        known = {place: max(0, each.offset) for place, each in done[group].items()}
        lag[group] = sum(ends[place] - known.get(place, 0) for place in places)
    return +lag


async def _ends(settings: Settings, places: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap_servers)
    await consumer.start()
    try:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(places)
        return ends
    finally:
        await consumer.stop()


def topics_of_groups(settings: Settings) -> dict[str, set[str]]:
    """By group of a service, the topics that the catalogue says it reads."""
    there, topics = set(topics_of(settings)), defaultdict[str, set[str]](set)
    agencies = [agency.id for agency in load_profile(settings.profile).agencies]
    for contract in REGISTRY.values():
        topic = contract.topic
        names = {topic.of(each) for each in agencies} if topic.is_per_agency else {topic.name}
        for group in contract.consumers:
            if group.split(".")[0] in SERVICES:
                topics[group] |= names & there
    return dict(topics)
