"""Records as a consumer hands them over, made from the contracts' examples."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from shared.errors import InvalidMessage
from shared.events import REGISTRY, Cause, Contract, Event, PendingEvent, Received, pend, read_record, record_of
from shared.events.catalogue.schemas import is_command
from shared.events.cloudevents import Headers

AT = datetime(2026, 11, 23, 1, 15, 0, 210_000, UTC)
CAUSE = Cause(
    id="command-1", correlation="report-1", exercise="Diễn tập 1", traceparent=f"00-{'a' * 32}-{'b' * 16}-01"
)

CONTRACTS = list(REGISTRY.values())
FACTS = [contract for contract in CONTRACTS if not is_command(contract)]
COMMANDS = [contract for contract in CONTRACTS if is_command(contract)]

REPLY = REGISTRY["agencies.updates.reply"]
RECEIVED = REGISTRY["intake.reports.received"]


@dataclass(kw_only=True)
class Record:
    """What aiokafka's ConsumerRecord offers of itself."""

    topic: str
    value: bytes | None
    headers: Headers = field(default_factory=list)
    key: bytes | None = None
    partition: int = 3
    offset: int = 41


def example_event(contract: Contract) -> Event:
    return contract.model.model_validate(contract.example)


def pending_example(contract: Contract, sequence: int = 7) -> PendingEvent:
    return pend(example_event(contract), source="/somebody/else", sequence=sequence, at=AT, cause=CAUSE)


def record_of_example(contract: Contract, prefix: str = "") -> Record:
    """The example as the broker would deliver it."""
    pending = pending_example(contract)
    key, value, headers = record_of(pending)
    return Record(topic=prefix + pending.topic, key=key, value=value, headers=headers)


def reply(value: bytes | None = None, /, **attributes: bytes | str | None) -> Record:
    """A minimal update of an agency; attributes become `ce_*` headers, `None` a null one."""
    body = b'{"task_id": "task-1", "text": "Chi\xe1\xbb\x81u nay."}' if value is None else value
    headers = {"ce_type": REPLY.name} | {f"ce_{name}": each for name, each in attributes.items()}
    return Record(topic="agencies.cdc.updates.v1", value=body, headers=encoded(headers))


def encoded(headers: Mapping[str, bytes | str | None]) -> list[tuple[str, Any]]:
    return [(name, each.encode() if isinstance(each, str) else each) for name, each in headers.items()]


def with_header(record: Record, name: str, value: bytes) -> Record:
    return replace(record, headers=[*((n, v) for n, v in record.headers if n != name), (name, value)])


def without_header(record: Record, name: str) -> Record:
    return replace(record, headers=[(n, v) for n, v in record.headers if n != name])


def with_data(record: Record, **fields: Any) -> Record:
    return replace(record, value=json.dumps(json.loads(record.value or b"{}") | fields).encode())


def read(record: Record, prefix: str = "") -> Received[Event]:
    return read_record(record, prefix)


def refusal_of(record: Record) -> str:
    """The reason why a record can never be consumed.

    Raises:
        AssertionError: it can.
    """
    try:
        received = read_record(record)
    except InvalidMessage as error:
        return error.reason
    raise AssertionError(f"it was read as {received.type}")
