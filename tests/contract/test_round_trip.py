"""What is written is what is read: by our own reader and by the CloudEvents project's."""

import json
from datetime import datetime

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_structured_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent

from shared.errors import TooLarge
from shared.events import Contract, PendingEvent, pend, record_of
from shared.events.catalogue.schemas import as_text
from shared.events.cloudevents import EVENT_LIMIT
from tests.contract.records import (
    AT,
    CAUSE,
    COMMANDS,
    CONTRACTS,
    FACTS,
    RECEIVED,
    REPLY,
    Record,
    example_event,
    pending_example,
    read,
    record_of_example,
    without_header,
)

every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
every_fact = pytest.mark.parametrize("contract", FACTS, ids=lambda contract: contract.name)


@every_contract
def test_an_example_is_read_as_it_was_written(contract: Contract) -> None:
    received = read(record_of_example(contract))
    assert received.event == example_event(contract)
    assert received.type == contract.name


@every_contract
def test_the_envelope_is_read_as_it_was_written(contract: Contract) -> None:
    pending, received = pending_example(contract), read(record_of_example(contract))
    assert (received.id, received.subject, received.sequence) == (pending.id, pending.subject, pending.sequence)
    assert (received.source, received.time) == ("/somebody/else", AT)
    ours = not contract.topic.is_per_agency  # an agency's own correlation and drill marks are not passed on
    assert received.cause() == type(CAUSE)(
        id=pending.id,
        correlation="report-1" if ours else pending.id,
        exercise="Diễn tập 1" if ours else None,
        traceparent=CAUSE.traceparent,
    )


@every_contract
def test_a_pending_event_survives_its_document(contract: Contract) -> None:
    pending = pending_example(contract)
    assert PendingEvent.from_document(pending.to_document()) == pending


@every_contract
def test_the_same_change_says_the_same_thing_however_often(contract: Contract) -> None:
    assert pending_example(contract) == pending_example(contract)
    assert pending_example(contract, sequence=7).id != pending_example(contract, sequence=8).id


@every_contract
def test_a_topic_prefix_is_taken_off(contract: Contract) -> None:
    received = read(record_of_example(contract, prefix="t42-"), prefix="t42-")
    assert received == read(record_of_example(contract))


@every_fact
def test_the_cloudevents_library_reads_a_record(contract: Contract) -> None:
    pending, event = pending_example(contract), from_binary_event(_as_message(record_of_example(contract)))
    assert isinstance(event, CloudEvent)
    assert event.get_specversion() == "1.0"
    assert (event.get_id(), event.get_type(), event.get_source()) == (pending.id, contract.name, "/somebody/else")
    assert (event.get_subject(), event.get_time()) == (pending.subject, AT)
    assert (event.get_datacontenttype(), event.get_dataschema()) == ("application/json", contract.schema_uri)
    assert event.get_data() == json.loads(pending.data)


@every_fact
def test_the_cloudevents_library_knows_our_extensions(contract: Contract) -> None:
    event = from_binary_event(_as_message(record_of_example(contract)))
    assert event.get_extension("sequence") == "00000000000000000007"
    assert event.get_extension("correlationid") == "report-1"
    assert event.get_extension("causationid") == "command-1"
    assert event.get_extension("exercise") == "Diễn tập 1"


@pytest.mark.parametrize("contract", COMMANDS, ids=lambda contract: contract.name)
def test_an_update_made_by_the_cloudevents_library_is_read(contract: Contract) -> None:
    attributes = {"type": contract.name, "source": "/hcdc", "id": "update-1", "specversion": "1.0"}
    event = CloudEvent(attributes | {"datacontenttype": "application/json"}, contract.example)
    message = to_structured_event(event)
    received = read(_as_record("agencies.cdc.updates.v1", message))
    assert (received.event, received.id, received.source) == (example_event(contract), "update-1", "/hcdc")


def test_a_record_in_structured_mode_is_the_same_event() -> None:
    binary = from_binary_event(_as_message(record_of_example(REPLY)))
    structured = to_structured_event(binary)
    assert from_structured_event(structured).get_data() == binary.get_data()
    received = read(_as_record("agencies.cdc.updates.v1", structured))
    assert received == read(without_header(record_of_example(REPLY), "traceparent"))


def test_the_sequence_sorts_as_text() -> None:
    texts = [_header(pending_example(RECEIVED, sequence=n), "ce_sequence") for n in (1, 9, 10, 2**63 - 1)]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {20}


def test_the_time_is_utc_with_milliseconds() -> None:
    text = _header(pending_example(RECEIVED), "ce_time")
    assert text == b"2026-11-23T01:15:00.210Z"
    assert datetime.fromisoformat(text.decode()) == AT


def test_a_record_has_no_header_for_what_is_not_there() -> None:
    event = example_event(RECEIVED)
    plain = pend(event, source="/intake/reports", sequence=1, at=AT, cause=type(CAUSE).of_command("command-1"))
    names = [name for name, _ in record_of(plain)[2]]
    assert not {"ce_exercise", "traceparent"} & set(names)
    assert len(names) == len(set(names))


def test_an_event_beyond_the_limit_is_refused_before_it_is_kept() -> None:
    long = example_event(REPLY).model_copy(update={"text": "ấ" * (EVENT_LIMIT // 3)})
    with pytest.raises(TooLarge):
        pend(long, source="/a", sequence=1, at=AT, cause=CAUSE)


@every_contract
def test_no_key_or_header_holds_the_data(contract: Contract) -> None:
    pending = pending_example(contract)
    key, _, headers = record_of(pending)
    shown = key.decode() + as_text({name: value.decode() for name, value in headers})
    words = [text for text in contract.example.values() if isinstance(text, str) and " " in text]
    assert not [text for text in words if text in shown]


def _header(pending: PendingEvent, name: str) -> bytes:
    return dict(record_of(pending)[2])[name]


def _as_message(record: Record) -> KafkaMessage:
    return KafkaMessage(headers=dict(record.headers), key=None, value=record.value or b"")


def _as_record(topic: str, message: KafkaMessage) -> Record:
    return Record(topic=topic, value=message.value, headers=list(message.headers.items()))
