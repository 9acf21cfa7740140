"""What becomes of records that are not as they should be: read all the same, or refused with a reason."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.clock import now
from shared.events.agencies import ReplyToReporter
from tests.contract.records import (
    CONTRACTS,
    RECEIVED,
    REPLY,
    Record,
    encoded,
    example_event,
    read,
    record_of_example,
    refusal_of,
    reply,
    with_data,
    with_header,
    without_header,
)
from tests.corpora import json_bodies

TOPIC = "agencies.cdc.updates.v1"
PERSON = "Nguyễn Văn A 0905 123 456"


def structured(**attributes: Any) -> Record:
    """An agency's update in structured mode, with nothing in its headers."""
    whole = {"specversion": "1.0", "type": REPLY.name, "id": "update-1", "data": {"task_id": "task-1", "text": "Có."}}
    return Record(topic=TOPIC, value=json.dumps(whole | attributes).encode())


def reply_event() -> ReplyToReporter:
    return ReplyToReporter(agency="cdc", task_id="task-1", text="Có.")


# Read all the same.


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_unknown_fields_are_ignored(contract: Any) -> None:
    record = with_data(record_of_example(contract), hitherto_unknown={"deep": [1, None, "chữ"]}, specversion="7")
    assert read(record).event == example_event(contract)


def test_unknown_headers_are_ignored() -> None:
    record = with_header(record_of_example(RECEIVED), "ce_hitherto", b"unknown")
    assert read(record) == read(record_of_example(RECEIVED))


def test_an_update_needs_its_type_and_two_fields() -> None:
    received = read(reply())
    assert (received.agency, received.sequence, received.source) == ("cdc", None, "")
    assert received.id == "agencies.cdc.updates.v1/3/41"
    assert received.correlation == received.id


def test_the_topic_says_which_agency_speaks_whatever_the_value_claims() -> None:
    received = read(reply(json.dumps({"agency": "police", "task_id": "t", "text": "x"}).encode()))
    assert received.agency == "cdc"
    assert received.event.model_dump()["agency"] == "cdc"


def test_null_and_unreadable_headers_count_as_missing() -> None:
    received = read(reply(correlationid=None, traceparent=b"\xff\xfe", exercise="a\nb", source="x" * 301))
    assert received.correlation == received.id
    assert (received.traceparent, received.exercise, received.source) == (None, None, "")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "abc", "٣", "9" * 20, "9" * 21, str(2**63)])
def test_an_unusable_sequence_counts_as_missing(text: str) -> None:
    assert read(reply(sequence=text)).sequence is None


@pytest.mark.parametrize("text", ["0", "7", "00000000000000000042", str(2**63 - 1)])
def test_a_sequence_is_a_number_that_the_store_can_hold(text: str) -> None:
    assert read(reply(sequence=text)).sequence == int(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "9" * 300])
def test_nothing_is_dropped_for_its_time(text: str) -> None:
    assert now() - read(reply(time=text)).time < timedelta(minutes=1)


def test_a_time_without_a_zone_is_utc() -> None:
    assert read(reply(time="2026-11-23T08:00:00")).time == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize("schema", ["", "https://schemas.example/1", f"urn:haivan:schema:x:{'9' * 5_000}"])
def test_a_strange_schema_counts_as_missing(schema: str) -> None:
    assert read(reply(dataschema=schema)).type == REPLY.name


def test_structured_mode_is_read() -> None:
    received = read(structured(time="2026-11-23T01:15:00Z", sequence="12", correlationid="report-1"))
    assert received.event == reply_event()
    assert (received.id, received.sequence, received.correlation) == ("update-1", 12, "update-1")


@pytest.mark.parametrize("strange", [None, {"a": 1}, [1], ""])
def test_a_structured_attribute_that_is_no_text_counts_as_missing(strange: Any) -> None:
    received = read(structured(id=strange, correlationid=strange))
    assert received.id == received.correlation == "agencies.cdc.updates.v1/3/41"


# Refused, with a reason.


def test_a_tombstone_says_so() -> None:
    assert refusal_of(Record(topic=RECEIVED.topic.name, value=None)) == "tombstone"


def test_a_record_without_a_type_is_refused() -> None:
    assert refusal_of(without_header(record_of_example(RECEIVED), "ce_type")) == "no-type"
    assert refusal_of(Record(topic=TOPIC, value=b"{}")) == "no-type"


def test_an_unknown_type_is_parked_under_its_name() -> None:
    assert refusal_of(with_header(record_of_example(RECEIVED), "ce_type", b"intake.reports.sung")) == "unknown-type"


def test_a_newer_version_is_parked_under_its_name() -> None:
    newer = RECEIVED.schema_uri.rpartition(":")[0] + f":{RECEIVED.version + 1}"
    assert refusal_of(with_header(record_of_example(RECEIVED), "ce_dataschema", newer.encode())) == "newer-version"


@pytest.mark.parametrize("topic", ["intake.calls.v1", "agencies.cdc.updates.v1", "intake.reports.v1.dlq", ""])
def test_a_type_on_the_wrong_topic_is_refused(topic: str) -> None:
    record = record_of_example(RECEIVED)
    assert refusal_of(Record(topic=topic, value=record.value, headers=record.headers)) == "type-on-the-wrong-topic"


def test_an_agency_cannot_assign_tasks() -> None:
    record = with_header(reply(), "ce_type", b"agencies.tasks.assigned")
    assert refusal_of(record) == "type-on-the-wrong-topic"


@pytest.mark.parametrize("unreadable", [b"\xff\xfe", b"a\x00b", b"a\x1bb", b"x" * 301], ids=repr)
def test_an_id_that_nobody_could_recognise_again_is_refused(unreadable: bytes) -> None:
    assert refusal_of(reply(id=unreadable)) == "unreadable-id"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"null and void",
        b"{",
        b'{"task_id": "t", "text": NaN}',
        b'{"task_id": "t", "text": "x", "more": NaN}',
        b'{"task_id": "t", "text": "x", "more": -Infinity}',
        b'{"task_id": "t", "text": "\\ud800"}',
        b'{"task_id": "t", "text": "\xed\xa0\x80"}',
        b'{"task_id": "t", "text": "a\\u0000b"}',
        b'{"task_id": "t", "task_id": "u", "text": "x"}',
        '{"task_id": "t", "text": "x"}'.encode("utf-16"),
        b'{"task_id": "t", "text": "x", "more": ' + b"9" * 5_000 + b"}",
        b'{"task_id": "t", "text": "x", "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda value: repr(value[:60]),
)
def test_what_is_no_strict_json_is_refused(value: bytes) -> None:
    assert refusal_of(reply(value)) == "not-json"


def test_300_kilobytes_are_too_large() -> None:
    assert refusal_of(reply(json.dumps({"task_id": "t", "text": "x", "more": "a" * 300_000}).encode())) == "too-large"


@pytest.mark.parametrize("value", [b"[]", b"7", b'"text"', b"null", b"true"])
def test_a_value_that_is_no_object_is_refused(value: bytes) -> None:
    assert refusal_of(reply(value)).startswith("schema:")


def test_a_missing_field_is_named() -> None:
    assert refusal_of(reply(b'{"task_id": "t"}')) == "schema:text:missing"


@pytest.mark.parametrize(
    ("text", "why"), [("an\u202ebi", "bidi_override"), ("\u001b[31m", "control_character"), (" \u200b ", "empty")]
)
def test_an_agencys_words_are_held_to_the_rules_of_every_door(text: str, why: str) -> None:
    assert refusal_of(reply(json.dumps({"task_id": "t", "text": text}).encode())) == f"schema:text:{why}"


def test_structured_mode_without_an_object_is_refused() -> None:
    record = Record(topic=TOPIC, value=b"[]", headers=encoded({"content-type": "application/cloudevents+json"}))
    assert refusal_of(record) == "structured-mode-without-an-object"


def test_structured_mode_without_data_is_refused() -> None:
    assert refusal_of(structured(data=None, data_base64="aGVsbG8=")).startswith("schema:")


def test_every_body_that_breaks_json_readers_is_refused() -> None:
    assert all(refusal_of(reply(case.body)) for case in json_bodies())


@pytest.mark.parametrize(
    "record",
    [
        reply(json.dumps({"task_id": "t", "text": [PERSON]}).encode()),
        reply(json.dumps({"task_id": {PERSON: PERSON}, "text": "x"}).encode()),
        reply(f'{{"task_id": "t", "text": "{PERSON}'.encode()),
        reply(id=f"{PERSON}\0"),
        with_header(reply(), "ce_type", PERSON.encode()),
        with_data(record_of_example(RECEIVED), kind=PERSON),
        with_data(record_of_example(RECEIVED), received_at=PERSON),
        with_data(record_of_example(RECEIVED), about=[{"by": PERSON}]),
        structured(data=PERSON),
        structured(type=PERSON),
    ],
    ids=lambda record: record.topic,
)
def test_a_reason_never_tells_the_content(record: Record) -> None:
    reason = refusal_of(record)
    assert not [part for part in PERSON.split() if part in reason]


def test_the_keys_of_a_free_object_are_content_too() -> None:
    counts = next(contract for contract in CONTRACTS if contract.name == "platform.counts.taken")
    reason = refusal_of(with_data(record_of_example(counts), documents={PERSON: "many"}))
    assert reason == "schema:documents.*:int_parsing"
