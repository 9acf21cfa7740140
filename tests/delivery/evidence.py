"""What really is: read back from Kafka, MongoDB and the receivers, whatever anybody claims."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import AsyncMongoClient

from shared.settings import Settings
from tests.delivery.ledger import Ledger
from tests.delivery.partitions import places_of, topics_of
from tests.delivery.receivers import Message

Document = Mapping[str, Any]

FIELDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("intake", "reports"): (),
    ("intake", "calls"): ("state.status",),
    ("intake", "report_progress"): ("steps",),
    ("routing", "cases"): ("state.report_id", "state.flag_id", "state.tasks", "state.timeline"),
    ("routing", "refusals"): ("state.update_id",),
    ("checkpoints", "passes"): ("state.flags",),
    ("checkpoints", "flags"): ("state.pass_id", "state.kind"),
    ("notifications", "alerts"): ("state.status", "state.published_at"),
    ("notifications", "deliveries"): (
        "state.status",
        "state.recipient_id",
        "state.about",
        "state.what",
        "state.reason",
        "state.event_id",
    ),
    ("notifications", "situation_events"): (),
    **{(name, "dead_letters"): ("group", "reason") for name in ("intake", "routing", "checkpoints", "notifications")},
    **{(name, "halts"): () for name in ("intake", "routing", "checkpoints", "notifications")},
}
"""The collections that are looked at, with what is read of their documents."""


@dataclass(frozen=True)
class Seen:
    """One record as it stands on a topic; repeats are records of their own."""

    topic: str
    type: str
    id: str
    subject: str
    sequence: int
    value: bytes
    cause: str = ""

    @cached_property
    def said(self) -> Document:
        """What the event says."""
        told: dict[str, Any] = json.loads(self.value)
        return told


@dataclass(frozen=True)
class Evidence:
    """All that is held side by side.

    Attributes:
        seen: every record of every topic, in log order per partition.
        stored: documents by (service, collection).
        effects: the ids under which each message had its effect at a receiver.
        subscribers: who should have got every message.
    """

    ledger: Ledger
    seen: Sequence[Seen]
    stored: Mapping[tuple[str, str], Sequence[Document]]
    effects: Mapping[Message, set[str]] = field(default_factory=dict)
    subscribers: frozenset[str] = frozenset()

    def of(self, *types: str) -> list[Seen]:
        """Records of these types, each event once."""
        wanted = {each.id: each for each in self.seen if each.type in types}
        return list(wanted.values())

    def told(self, *types: str) -> set[str]:
        """The subjects of events of these types."""
        return {each.subject for each in self.of(*types)}

    def documents(self, service: str, collection: str) -> Sequence[Document]:
        return self.stored.get((service, collection), ())

    def ids(self, service: str, collection: str) -> set[str]:
        return {document["_id"] for document in self.documents(service, collection)}


async def read_stores(settings: Settings) -> Mapping[tuple[str, str], Sequence[Document]]:
    """Every document that the oracle looks at."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(settings.mongo_url.get_secret_value())
    async with client:
        return {
            (service, collection): await client[f"{settings.database_prefix}_{service}"][collection]
            .find({}, {"_id": 1} | dict.fromkeys(fields, 1))
            .to_list(None)
            for (service, collection), fields in FIELDS.items()
        }


async def read_topics(settings: Settings, names: Sequence[str] = ()) -> list[Seen]:
    """Every record that stands on these topics now; on all of them when none is named."""
    bootstrap = settings.kafka_bootstrap_servers
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await admin.start()
    await consumer.start()
    try:
        consumer.assign(await places_of(admin, settings, names or topics_of(settings)))
        await consumer.seek_to_beginning()
        return [each async for each in _until_the_end(consumer, settings.topic_prefix)]
    finally:
        await consumer.stop()
        await admin.close()


async def _until_the_end(consumer: AIOKafkaConsumer, prefix: str) -> AsyncIterator[Seen]:
    ends = {place: end for place, end in (await consumer.end_offsets(consumer.assignment())).items() if end}
    while ends:
        for records in (await consumer.getmany(timeout_ms=500, max_records=5_000)).values():
            for record in records:
                if record.value:
                    yield _seen(record.topic.removeprefix(prefix), record.headers, record.value)
        ends = {place: end for place, end in ends.items() if await consumer.position(place) < end}


def _seen(topic: str, headers: Sequence[tuple[str, bytes]], value: bytes) -> Seen:
    said = {key: text.decode() for key, text in headers}
    return Seen(
        topic=topic,
        type=said.get("ce_type", ""),
        id=said.get("ce_id", said.get("dl_id", "")),
        subject=said.get("ce_subject", ""),
        sequence=int(said.get("ce_sequence") or 0),
        value=value,
        cause=said.get("ce_causationid", ""),
    )
