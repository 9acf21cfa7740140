"""Dead letters: an event that could not be consumed, kept sealed with its place and its reason.

The original bytes (key, value, headers) are sealed with AES-GCM, since they may be anything; place, group and reason
stay readable, so that an operator sees why without opening it. A letter goes to the topic's dead-letter topic, for
whoever watches Kafka, and into the service's own database, where it is listed, counted and replayed from.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import structlog
from pymongo import ASCENDING, IndexModel, UpdateOne

from shared.clock import now
from shared.errors import NotFound, Text
from shared.events.cloudevents import RawRecord
from shared.ids import derived_id
from shared.mongo import Database, Document
from shared.publishing import EventProducer, Record
from shared.security.sealing import Sealer
from shared.telemetry import DEAD_LETTERS
from shared.topics import dead_letter_topic

log = structlog.get_logger(__name__)

_HEADER = "dl_"
_KEPT_SECONDS = 30 * 86_400
_NOT_FOUND = Text(vi="Không tìm thấy thư chết này.", en="There is no such dead letter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a dead letter stood and who could not consume it."""

    group: str
    topic: str
    partition: int
    offset: int
    reason: str
    type: str = ""

    @property
    def id(self) -> str:
        """One id per group and place, so that a letter buried twice is recognised."""
        return derived_id(f"{self.group}/{self.topic}/{self.partition}/{self.offset}", "dead-letter")


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter as an operator sees it: never its content."""

    id: str
    place: Place
    status: str
    buried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which waiting letters: all of a group, or of one topic, or for one reason, or one by id."""

    group: str | None = None
    topic: str | None = None
    reason: str | None = None
    id: str | None = None

    def query(self) -> Document:
        chosen = {"group": self.group, "topic": self.topic, "reason": self.reason, "_id": self.id}
        return {"status": "waiting"} | {name: {"$eq": value} for name, value in chosen.items() if value is not None}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record taken out of its dead letter, as it was."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class DeadLetters:
    """Buries, lists and opens the dead letters of one service.

    Args:
        producer: sends them.
        database: the service's own; letters are forgotten there after 30 days, as on their topic.
        sealer: seals the original bytes.
        prefix: the topic prefix of this installation.
    """

    def __init__(self, producer: EventProducer, database: Database, sealer: Sealer, prefix: str = "") -> None:
        self.collection = database["dead_letters"]
        self._producer = producer
        self._sealer = sealer
        self._prefix = prefix

    async def bury(self, letters: Sequence[tuple[RawRecord, str, str]]) -> bool:
        """Keep records that `group` could not consume; each is (record, group, reason).

        Returns:
            True once the broker has confirmed all of them; False means: try again.
        """
        places = [self._place(*letter) for letter in letters]
        sealed = [self._sealer.seal(_original(record)) for record, _, _ in letters]
        outcomes = await self._producer.send([_letter(*each) for each in zip(places, sealed, strict=True)])
        if any(outcome is not None for outcome in outcomes):
            return False
        await self._remember(places, sealed)
        return True

    async def prepare(self) -> None:
        """Create the indexes; call once at start."""
        await self.collection.create_indexes(
            [
                IndexModel([("buried_at", ASCENDING)], expireAfterSeconds=_KEPT_SECONDS),
                IndexModel(
                    [("status", ASCENDING), ("group", ASCENDING), ("topic", ASCENDING), ("buried_at", ASCENDING)]
                ),
            ]
        )

    async def find(self, selection: Selection, limit: int = 1_000) -> list[Letter]:
        """The letters that wait and match, oldest first."""
        found = (
            self.collection.find(selection.query(), {"sealed": 0}).sort([("buried_at", 1), ("_id", 1)]).limit(limit)
        )
        return [_letter_of(document) async for document in found]

    async def counts(self) -> list[tuple[str, str, int, datetime]]:
        """How many letters wait: (group, topic, how many, the latest one's time)."""
        stages: list[dict[str, Any]] = [
            {"$match": {"status": "waiting"}},
            {
                "$group": {
                    "_id": {"group": "$group", "topic": "$topic"},
                    "count": {"$sum": 1},
                    "last": {"$max": "$buried_at"},
                }
            },
            {"$sort": {"_id": 1}},
        ]
        found = self.collection.aggregate(stages)
        return [(d["_id"]["group"], d["_id"]["topic"], d["count"], d["last"]) async for d in found]

    async def mark(self, letter_id: str, status: str, reason: str = "") -> None:
        """Note what became of a letter (`replayed`, or `waiting` again with its newest reason)."""
        change: dict[str, Any] = {"status": status, "last_tried_at": now()}
        await self.collection.update_one(
            {"_id": letter_id}, {"$set": change | ({"reason": reason} if reason else {})}
        )

    async def open(self, letter_id: str) -> StoredRecord:
        """The original record of a letter.

        Raises:
            NotFound: there is none, or it was forgotten.
            SealBrokenError: it was sealed with a key that is not known here.
        """
        document = await self.collection.find_one({"_id": letter_id})
        if document is None:
            raise NotFound("dead-letter-not-found", _NOT_FOUND)
        place, body = _letter_of(document).place, json.loads(self._sealer.open(document["sealed"]))
        return StoredRecord(
            topic=self._prefix + place.topic,
            partition=place.partition,
            offset=place.offset,
            key=_bytes(body["key"]),
            value=_bytes(body["value"]),
            headers=[(name, _bytes(value) or b"") for name, value in body["headers"]],
        )

    async def _remember(self, places: Sequence[Place], sealed: Sequence[bytes]) -> None:
        at = now()
        kept = [
            UpdateOne(
                {"_id": place.id},
                {"$setOnInsert": asdict(place) | {"sealed": content, "status": "waiting", "buried_at": at}},
                upsert=True,
            )
            for place, content in zip(places, sealed, strict=True)
        ]
        await self.collection.bulk_write(kept, ordered=False)

    def _place(self, record: RawRecord, group: str, reason: str) -> Place:
        topic = record.topic.removeprefix(self._prefix)
        types = [value for name, value in record.headers or () if name == "ce_type" and value]
        DEAD_LETTERS.labels(group, reason.split(":", 1)[0]).inc()
        log.warning("dead_letter", group=group, topic=topic, offset=record.offset, reason=reason)
        return Place(
            group=group,
            topic=topic,
            partition=record.partition,
            offset=record.offset,
            reason=reason,
            type=types[0].decode("utf-8", "replace")[:200] if types else "",
        )


def _letter(place: Place, sealed: bytes) -> Record:
    headers = [(f"{_HEADER}{name}", str(value).encode()) for name, value in asdict(place).items()]
    headers.append((f"{_HEADER}id", place.id.encode()))
    return Record(dead_letter_topic(place.topic), None, sealed, headers)


def _letter_of(document: Document) -> Letter:
    place = Place(**{each.name: document[each.name] for each in fields(Place)})
    return Letter(document["_id"], place, document["status"], document["buried_at"])


def _original(record: RawRecord) -> bytes:
    body: Mapping[str, Any] = {
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": [[name, _text(value)] for name, value in record.headers or ()],
    }
    return json.dumps(body).encode()


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
