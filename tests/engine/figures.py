"""Run inside of the network, by the tools' image: what is stored, told and still to do, as JSON."""

import asyncio
import json
import os
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from pymongo import MongoClient

from deploy.cli.broker import Lag, connect
from shared.topics import PLATFORM_COUNTS

BOOTSTRAP = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
KEPT = {
    "intake": ("reports", "calls"),
    "routing": ("cases", "refusals"),
    "checkpoints": ("permits", "passes", "flags", "watchlist"),
    "notifications": ("alerts", "deliveries"),
}
TOLD = ("intake.reports.v1", "intake.calls.v1", "routing.cases.v1", "checkpoints.passes.v1", "checkpoints.flags.v1")


def stored() -> dict[str, int]:
    with MongoClient[dict[str, Any]](os.environ["MONGO_URL"]) as client:
        counts = {
            f"{service}.{name}": client[f"haivan_{service}"][name].count_documents({})
            for service, names in KEPT.items()
            for name in names
        }
        cases = client["haivan_routing"]["cases"]
        return counts | {"cases of reports": cases.count_documents({"state.report_id": {"$ne": None}})}


def pending() -> int:
    with MongoClient[dict[str, Any]](os.environ["MONGO_URL"]) as client:
        databases = [client[f"haivan_{service}"] for service in KEPT]
        return sum(
            database[name].count_documents({"pending_since": {"$ne": None}})
            for database in databases
            for name in database.list_collection_names()
        )


def is_ours(lag: Lag) -> bool:
    return lag.group.partition(".")[0] in KEPT


async def lag_and_places() -> tuple[int, list[TopicPartition]]:
    """How far the services are behind, and where what is told stands.

    An agency's own program is no part of an installation: the one that plays along reads on with the next day.
    """
    async with connect(BOOTSTRAP) as broker:
        behind = sum(lag.lag for lag in await broker.lags() if is_ours(lag) and lag.topic != PLATFORM_COUNTS.name)
        topics = [topic for topic in await broker.topics() if topic.name in TOLD]
    return behind, [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]


async def told(places: list[TopicPartition]) -> dict[str, int]:
    """How many subjects each type was told of, repeats counted once."""
    subjects: dict[str, set[bytes]] = {}
    consumer = AIOKafkaConsumer(bootstrap_servers=BOOTSTRAP, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for headers in (dict(record.headers) for record in records):
                    subjects.setdefault(headers["ce_type"].decode(), set()).add(headers["ce_subject"])
    finally:
        await consumer.stop()
    return {name: len(found) for name, found in sorted(subjects.items())}


async def main() -> None:
    behind, places = await lag_and_places()
    figures = {"stored": stored(), "told": await told(places), "pending": pending(), "lag": behind}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())
