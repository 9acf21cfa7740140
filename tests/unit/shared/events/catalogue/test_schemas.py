from typing import Annotated

import pytest
from pydantic import Field

from shared.events import REGISTRY, Contract, Event
from shared.events.catalogue.fields import field_rows, kind_of
from shared.events.catalogue.schemas import (
    DIALECT,
    as_text,
    example_of,
    file_name,
    flowing,
    inlined,
    is_command,
    schema_of,
)
from shared.topics import INTAKE_REPORTS

REPLY = REGISTRY["agencies.updates.reply"]
RECEIVED = REGISTRY["intake.reports.received"]


class Sung(Event):
    """Somebody sang,
    and loudly.

    On two paragraphs.
    """

    song_id: Annotated[str, Field(min_length=1, max_length=100)]
    verses: tuple[Annotated[str, Field(max_length=5)], ...] = ()


SUNG = Contract(
    name="intake.reports.sung",
    topic=INTAKE_REPORTS,
    subject_field="song_id",
    version=3,
    producer="intake.reports",
    consumers=(),
    example={"song_id": "s1"},
    model=Sung,
)


def test_a_schema_says_its_dialect_and_its_id() -> None:
    schema = schema_of(SUNG)
    assert (schema["$schema"], schema["$id"]) == (DIALECT, "urn:haivan:schema:intake.reports.sung:3")
    assert file_name(SUNG) == "intake.reports.sung.v3.json"


def test_a_schema_is_written_in_reading_order() -> None:
    assert list(schema_of(SUNG)) == [
        "$schema", "$id", "title", "description", "type", "properties", "required", "examples",
    ]  # fmt: skip


def test_descriptions_flow_and_fields_have_no_titles() -> None:
    schema = schema_of(SUNG)
    assert schema["description"] == "Somebody sang, and loudly.\n\nOn two paragraphs."
    assert "title" not in schema["properties"]["song_id"]


def test_a_field_with_a_default_is_not_required() -> None:
    assert schema_of(SUNG)["required"] == ["song_id"]


def test_a_command_does_not_say_who_sends_it() -> None:
    assert is_command(REPLY)
    assert not is_command(RECEIVED)
    assert set(schema_of(REPLY)["properties"]) == {"task_id", "text"}
    assert schema_of(REPLY)["required"] == ["task_id", "text"]
    assert "agency" not in example_of(REPLY)


def test_a_fact_says_all_of_its_fields() -> None:
    assert set(schema_of(RECEIVED)["properties"]) == set(RECEIVED.model.model_fields)


def test_vietnamese_is_committed_as_it_is_written() -> None:
    assert as_text({"a": "Huế"}) == '{\n  "a": "Huế"\n}\n'


def test_inlining_keeps_what_stands_beside_a_reference() -> None:
    schema = {
        "properties": {"p": {"$ref": "#/$defs/P", "default": {}}},
        "$defs": {"P": {"type": "object", "properties": {"q": {"$ref": "#/$defs/Q"}}}, "Q": {"type": "string"}},
    }
    inside = {"type": "object", "properties": {"q": {"type": "string"}}, "default": {}}
    assert inlined(schema) == {"properties": {"p": inside}}


def test_text_flows_within_paragraphs_only() -> None:
    assert flowing("a\n  b\n\n  c") == "a b\n\nc"


def test_fields_are_told_in_words() -> None:
    assert field_rows(schema_of(SUNG)) == [
        ("song_id", "string, at most 100 characters", "required"),
        ("verses", "list of (string, at most 5 characters)", "default `[]`"),
    ]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"enum": ["a", "b"], "type": "string"}, "one of `a`, `b`"),
        ({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]}, "integer, ≥ 0 or null"),
        ({"type": "object", "properties": {"x": {"type": "boolean"}}}, "{`x`: boolean}"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object of names → integer"),
        ({}, "anything"),
    ],
)
def test_a_kind_is_told_in_words(schema: dict[str, object], words: str) -> None:
    assert kind_of(schema) == words
