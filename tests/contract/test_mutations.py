"""Whatever happens to a record on its way: reading it ends in an event or in InvalidMessage, in nothing else."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidMessage
from shared.events import Contract, Received, pend, record_of
from tests.contract.records import AT, CAUSE, COMMANDS, CONTRACTS, Record, read, record_of_example
from tests.corpora import naughty_strings, operators

_ATTRIBUTES = (
    "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_sequence", "ce_dataschema", "ce_specversion",
    "ce_correlationid", "ce_causationid", "ce_exercise", "traceparent", "content-type", "CE_ID", "x", "",
)  # fmt: skip
_KNOWN_VALUES = (
    "application/cloudevents+json", "application/json", "urn:haivan:schema:intake.reports.received:2", "9" * 5_000,
    "2026-11-23T01:15:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
)  # fmt: skip
_STRANGE = [case.text for case in naughty_strings()] + ["\ud800", "\x00", "\u202e", "ấ" * 300]

contracts = st.sampled_from(CONTRACTS)
texts = st.one_of(st.text(max_size=40), st.sampled_from(_STRANGE))
json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        texts,
        st.sampled_from([10**400, -(2**63) - 1, 2**64, 1e308, *operators()]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
header_values = st.one_of(
    st.none(),
    st.binary(max_size=40),
    texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([value.encode() for value in _KNOWN_VALUES + tuple(c.name for c in CONTRACTS)]),
)
headers = st.lists(st.tuples(st.sampled_from(_ATTRIBUTES), header_values), max_size=12)
topics = st.one_of(
    st.sampled_from(
        ["agencies.cdc.updates.v1", "agencies.cdc.tasks.v1", "intake.reports.v1", "", "agencies..updates.v1"]
    ),
    st.sampled_from([contract.topic.name for contract in CONTRACTS]),
)


def outcome(record: Record) -> Received[Any] | InvalidMessage:
    """What comes of a record; anything but these two is a hole."""
    try:
        return read(record)
    except InvalidMessage as refusal:
        return refusal


def envelope_of(received: Received[Any]) -> str:
    optional = [received.exercise or "", received.traceparent or ""]
    return "".join([received.id, received.source, received.subject, received.correlation, *optional])


def check(record: Record) -> None:
    came = outcome(record)
    if isinstance(came, InvalidMessage):
        assert 0 < len(came.reason) <= 200
        assert came.reason.isprintable()
        assert came.reason.isascii()
    else:
        assert not {"\x00", "\n", "\r", "\x1b", "\ud800"} & set(envelope_of(came))
        assert came.sequence is None or 0 <= came.sequence < 2**63
        came.event.model_dump_json().encode()


@given(topics, st.one_of(st.none(), st.binary(max_size=200)), headers)
def test_any_bytes_under_any_headers(topic: str, value: bytes | None, given_headers: Sequence[Any]) -> None:
    check(Record(topic=topic, value=value, headers=list(given_headers)))


@given(contracts, headers)
def test_an_example_with_other_headers(contract: Contract, given_headers: Sequence[Any]) -> None:
    record = record_of_example(contract)
    changed = dict(given_headers)
    check(replace(record, headers=[pair for pair in record.headers if pair[0] not in changed] + list(given_headers)))


@given(contracts, st.data())
def test_an_example_with_one_field_of_another_kind(contract: Contract, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*contract.example, "hitherto_unknown"]))
    value = _json(contract.example | {name: data.draw(json_values)})
    check(replace(record_of_example(contract), value=value))


@given(contracts, st.data())
def test_an_example_with_a_part_of_another_kind(contract: Contract, data: st.DataObject) -> None:
    body = json.loads(json.dumps(contract.example))
    holder: Any = body
    while isinstance(holder, dict | list) and holder:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            holder[key] = data.draw(json_values)
            break
        holder = holder[key]
    check(replace(record_of_example(contract), value=_json(body)))


@given(contracts, st.integers(0, 2_000), st.binary(min_size=1, max_size=4))
def test_an_example_with_other_bytes_in_it(contract: Contract, at: int, patch: bytes) -> None:
    record = record_of_example(contract)
    value = record.value or b""
    place = at % len(value)
    check(replace(record, value=value[:place] + patch + value[place + len(patch) :]))


@given(contracts, st.integers(0, 2_000))
def test_an_example_that_was_cut_off(contract: Contract, at: int) -> None:
    record = record_of_example(contract)
    value = record.value or b""
    check(replace(record, value=value[: at % len(value)]))


@given(st.sampled_from(COMMANDS), st.dictionaries(texts, json_values, max_size=6), headers)
def test_structured_mode_with_any_attributes(
    contract: Contract, attributes: dict[str, Any], given_headers: Sequence[Any]
) -> None:
    whole = {"specversion": "1.0", "type": contract.name, "data": contract.example} | attributes
    record = record_of_example(contract)
    check(Record(topic=record.topic, value=_json(whole), headers=list(given_headers)))


@given(
    st.sampled_from(COMMANDS), st.sampled_from(["id", "type", "time", "data", "sequence", "dataschema"]), json_values
)
def test_structured_mode_with_one_attribute_of_another_kind(contract: Contract, name: str, value: Any) -> None:
    whole = {"specversion": "1.0", "type": contract.name, "data": contract.example, name: value}
    check(Record(topic=record_of_example(contract).topic, value=_json(whole)))


@pytest.mark.parametrize("depth", range(900, 1_010, 10))
def test_nesting_around_the_interpreter_limit(depth: int) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        nested = opening * depth + b"1" + closing * depth
        for topic in ("agencies.cdc.updates.v1", "intake.reports.v1"):
            check(Record(topic=topic, value=b'{"specversion": "1.0", "type": "x", "more": ' + nested + b"}"))
            check(Record(topic=topic, value=nested, headers=[("ce_type", b"agencies.updates.ask")]))


@given(contracts, st.data())
def test_what_was_read_can_be_said_again(contract: Contract, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(contract.example)))
    came = outcome(
        replace(record_of_example(contract), value=_json(contract.example | {name: data.draw(json_values)}))
    )
    if isinstance(came, Received):
        said = pend(came.event, source="/again", sequence=1, at=AT, cause=CAUSE)
        _, value, given_headers = record_of(said)
        assert read(Record(topic=said.topic, value=value, headers=given_headers)).event == came.event


def _json(value: Any) -> bytes:
    """JSON with everything that Python's writer lets through: NaN, lone surrogates, endless integers."""
    return json.dumps(value).encode("utf-8", "surrogatepass")
