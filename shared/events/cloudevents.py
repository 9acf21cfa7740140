"""CloudEvents 1.0 on Kafka, binary mode: how an event looks on the wire, both ways.

Writing: `PendingEvent` is what a document holds until the broker has confirmed it; `record_of` is what is sent.
Reading: `read_record` turns a raw record into a `Received` event or says why it can never be one. Agencies' records
are untrusted: structured mode is accepted, as are a missing key, sequence or time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

import orjson
from pydantic import ValidationError

from shared.clock import now
from shared.errors import InvalidMessage, Refusal, Text, TooLarge
from shared.events.contract import REGISTRY, Contract, Event
from shared.ids import derived_id
from shared.strict_json import MAX_INT, read_json

EVENT_LIMIT = 200_000
"""Bytes of serialised data an event may have; checked before the write that would hold it."""

MEDIA_TYPE = "application/json"
STRUCTURED = "application/cloudevents+json"
_SEQUENCE_DIGITS = 20
_SCHEMA = re.compile(r"urn:haivan:schema:([a-z_.]+):([0-9]{1,9})\Z")
_AGENCY_TOPIC = re.compile(r"agencies\.([a-z0-9-]+)\.(?:tasks|updates)\.v1\Z")
_READABLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff\ufffd]{0,300}\Z")

Headers = Sequence[tuple[str, bytes]]
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Where a change comes from; travels with every event it brings about.

    Attributes:
        id: the command's or the causing event's id (`ce_causationid`).
        correlation: the id of what began it all, usually a report (`ce_correlationid`).
        exercise: the name of the drill it belongs to, if it is one.
        traceparent: W3C trace context of the request, if any.
    """

    id: str
    correlation: str
    exercise: str | None = None
    traceparent: str | None = None

    @classmethod
    def of_command(cls, command_id: str, *, traceparent: str | None = None, exercise: str | None = None) -> "Cause":
        """The cause of what a person's or program's HTTP command brings about."""
        return cls(id=command_id, correlation=command_id, exercise=exercise, traceparent=traceparent)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """An event complete as it will be sent, held in its document until the broker has confirmed it."""

    id: str
    type: str
    topic: str
    key: str
    subject: str
    sequence: int
    at: datetime
    headers: dict[str, str]
    data: str

    def to_document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "PendingEvent":
        return cls(**{name: document[name] for name in cls.__slots__})


def pend(event: Event, *, source: str, sequence: int, at: datetime, cause: Cause) -> PendingEvent:
    """Make an event ready to be kept and sent.

    Its id follows from subject, type and sequence, so the same change says the same thing however often it is said.

    Raises:
        TooLarge: the data is longer than `EVENT_LIMIT` bytes.
    """
    contract, data = event.contract, event.model_dump_json()
    if len(data.encode()) > EVENT_LIMIT:
        raise TooLarge("event-too-large", _TOO_LARGE)
    return PendingEvent(
        id=derived_id(event.subject, f"{contract.name}#{sequence}"),
        type=contract.name,
        topic=event.topic_name,
        key=event.key,
        subject=event.subject,
        sequence=sequence,
        at=at,
        headers=_headers(contract, source, cause),
        data=data,
    )


_TOO_LARGE = Text(
    vi="Nội dung quá dài để gửi đi. Hãy rút ngắn lời kể hoặc chia thành nhiều phản ánh.",
    en="This is too long to be sent on. Shorten the text or split it into several reports.",
)


def _headers(contract: Contract, source: str, cause: Cause) -> dict[str, str]:
    optional = {"ce_exercise": cause.exercise, "traceparent": cause.traceparent}
    return {
        "ce_specversion": "1.0",
        "ce_source": source,
        "ce_dataschema": contract.schema_uri,
        "ce_correlationid": cause.correlation,
        "ce_causationid": cause.id,
        "content-type": MEDIA_TYPE,
    } | {name: value for name, value in optional.items() if value}


def record_of(pending: PendingEvent) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Key, value and headers of the Kafka record that carries a pending event."""
    headers = pending.headers | {
        "ce_id": pending.id,
        "ce_type": pending.type,
        "ce_subject": pending.subject,
        "ce_time": pending.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ce_sequence": str(pending.sequence).zfill(_SEQUENCE_DIGITS),
    }
    return pending.key.encode(), pending.data.encode(), [(k, v.encode()) for k, v in headers.items()]


class RawRecord(Protocol):
    """What a consumer hands over; aiokafka's ConsumerRecord is one."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[E]):
    """One validated record: the event, where it stood and what the envelope said."""

    event: E
    id: str
    type: str
    source: str
    subject: str
    sequence: int | None
    time: datetime
    topic: str
    partition: int
    offset: int
    correlation: str
    exercise: str | None = None
    traceparent: str | None = None
    agency: str | None = field(default=None)

    def cause(self) -> Cause:
        """This event as the cause of what a reaction to it brings about."""
        return Cause(id=self.id, correlation=self.correlation, exercise=self.exercise, traceparent=self.traceparent)

    @property
    def repeat_key(self) -> str:
        """What recognises a repeat: source topic and event id."""
        return f"{self.topic}/{self.id}"


def read_record(record: RawRecord, prefix: str = "") -> Received[Event]:
    """Validate one record by itself.

    Args:
        record: as the broker delivered it.
        prefix: the topic prefix of this installation, taken off the name.

    Raises:
        InvalidMessage: it can never be consumed as it is. The reason begins with `unknown-type` or
            `newer-version` where a later release may understand it.
    """
    headers = _clean_headers(record.headers)
    if record.value is None:
        raise InvalidMessage("tombstone")
    topic = record.topic.removeprefix(prefix)
    body = _read_json(record.value, topic)
    if headers.get("content-type", "").startswith(STRUCTURED) or _looks_structured(headers, body):
        headers, body = _unfold_structured(body, headers)
    contract = _contract_of(headers, topic)
    event_id = headers.get("ce_id") or f"{topic}/{record.partition}/{record.offset}"
    return Received(
        event=_validate(contract, body, topic),
        id=event_id,
        type=contract.name,
        source=headers.get("ce_source", ""),
        subject=headers.get("ce_subject", ""),
        sequence=_sequence(headers.get("ce_sequence")),
        time=_time(headers.get("ce_time")),
        topic=topic,
        partition=record.partition,
        offset=record.offset,
        # An agency's own correlation and drill marks are not ours to pass on.
        correlation=(None if agency_of(topic) else headers.get("ce_correlationid")) or event_id,
        exercise=None if agency_of(topic) else headers.get("ce_exercise"),
        traceparent=headers.get("traceparent"),
        agency=agency_of(topic),
    )


def agency_of(topic: str) -> str | None:
    """The agency that an `agencies.*` topic belongs to: the only proof of who speaks there."""
    match = _AGENCY_TOPIC.match(topic)
    return match.group(1) if match else None


def _clean_headers(headers: Headers) -> dict[str, str]:
    # One null or non-UTF-8 header would drop a whole batch in the library's own parser.
    decoded = ((name.lower(), value.decode("utf-8", "replace")) for name, value in headers or () if value is not None)
    return {name: text for name, text in decoded if _is_readable(name, text)}


def _is_readable(name: str, text: str) -> bool:
    """What stores and logs can't hold counts as missing; not so an id, for its repeat would not be recognised."""
    if name == "ce_id" and not _READABLE.match(text):
        raise InvalidMessage("unreadable-id")
    return _READABLE.match(text) is not None


def _read_json(value: bytes, topic: str) -> Any:
    try:  # strangers' JSON is held to every rule of the doors; our own is read 20 times as fast (measured)
        return read_json(value) if agency_of(topic) else orjson.loads(value)
    except (Refusal, orjson.JSONDecodeError) as error:
        raise InvalidMessage("too-large" if isinstance(error, TooLarge) else "not-json") from error


def _looks_structured(headers: Mapping[str, str], body: Any) -> bool:
    return "ce_type" not in headers and isinstance(body, dict) and "specversion" in body


def _unfold_structured(body: Any, headers: dict[str, str]) -> tuple[dict[str, str], Any]:
    if not isinstance(body, dict):
        raise InvalidMessage("structured-mode-without-an-object")
    attributes = {f"ce_{name}": str(value) for name, value in body.items() if isinstance(value, str | int)}
    return headers | {n: text for n, text in attributes.items() if _is_readable(n, text)}, body.get("data")


def _contract_of(headers: Mapping[str, str], topic: str) -> Contract:
    contract = REGISTRY.get(headers.get("ce_type", ""))
    if contract is None:
        raise InvalidMessage("unknown-type" if headers.get("ce_type") else "no-type")
    expected = contract.topic.of(agency_of(topic) or "") if contract.topic.is_per_agency else contract.topic.name
    if topic != expected:
        raise InvalidMessage("type-on-the-wrong-topic")
    schema = _SCHEMA.match(headers.get("ce_dataschema", ""))
    if schema and int(schema.group(2)) > contract.version:
        raise InvalidMessage("newer-version")
    return contract


def _validate(contract: Contract, body: Any, topic: str) -> Event:
    if contract.topic.is_per_agency and isinstance(body, dict):
        body = {**body, "agency": agency_of(topic)}  # the topic is the agency, never the payload
    try:
        return contract.model.model_validate(body)
    except ValidationError as error:
        raise InvalidMessage(_reason(error, contract.model)) from error


def _reason(error: ValidationError, model: type[Event]) -> str:
    """Where and how it fails, never with what content: the reason travels in clear."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    parts = [str(part) if isinstance(part, int) or part in _field_names(model) else "*" for part in first["loc"]]
    return f"schema:{'.'.join(parts)[:100]}:{first['type']}"


@cache
def _field_names(model: type[Event]) -> frozenset[str]:
    """The names a place may be told by; the keys of a free object are content."""
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", ()))


def _sequence(text: str | None) -> int | None:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) <= _SEQUENCE_DIGITS else None
    return number if number is not None and number <= MAX_INT else None  # beyond it the store has no number for it


def _time(text: str | None) -> datetime:
    # Nothing is dropped for its time: an unreadable one is replaced by the moment of reading.
    try:
        told = datetime.fromisoformat(text or "")
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return now()
