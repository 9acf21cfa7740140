"""What surrounds the data: the headers of a record, told once for the pages and the AsyncAPI documents."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.events import Cause, Contract, pend, record_of
from shared.events.catalogue.schemas import Schema, as_text, example_of, is_command


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One header of a record.

    Attributes:
        name: as it travels.
        meaning: for the catalogue.
        schema: its values.
        by_us: how often we write it ("always", or when).
        by_agencies: what an agency's update needs of it.
    """

    name: str
    meaning: str
    schema: Schema
    by_us: str = "always"
    by_agencies: str = "optional"


def _text(**limits: Any) -> Schema:
    return {"type": "string", **limits}


HEADERS: tuple[Header, ...] = (
    Header(
        name="ce_specversion",
        meaning="CloudEvents 1.0",
        schema=_text(const="1.0"),
    ),
    Header(
        name="ce_id",
        meaning="the event's id; the same however often the event is delivered",
        schema=_text(minLength=1),
        by_agencies="recommended: a retry with the same id counts once",
    ),
    Header(
        name="ce_source",
        meaning="who says it (`/intake/reports`); source and id together are unique",
        schema=_text(minLength=1, format="uri-reference"),
    ),
    Header(
        name="ce_type",
        meaning="what happened; decides which schema the value follows",
        schema=_text(minLength=1),
        by_agencies="**required**",
    ),
    Header(
        name="ce_time",
        meaning="when it happened (UTC, milliseconds)",
        schema=_text(format="date-time"),
        by_agencies="optional; any value is taken",
    ),
    Header(
        name="ce_subject",
        meaning="the aggregate it speaks of: the order of its events is promised",
        schema=_text(minLength=1),
        by_agencies="optional; `task_id` in the value counts",
    ),
    Header(
        name="ce_dataschema",
        meaning="type and version of the schema: `urn:haivan:schema:<type>:<version>`",
        schema=_text(format="uri"),
        by_agencies="optional; without it the newest version is assumed",
    ),
    Header(
        name="ce_sequence",
        meaning="version of the aggregate, 20 digits with leading zeros; grows per subject and source",
        schema=_text(pattern="^[0-9]{20}$"),
    ),
    Header(
        name="ce_correlationid",
        meaning="the id of what began it all",
        schema=_text(minLength=1),
    ),
    Header(
        name="ce_causationid",
        meaning="the id of the command or event that brought this one about",
        schema=_text(minLength=1),
    ),
    Header(
        name="ce_exercise",
        meaning="the drill's name: what carries it is an exercise and counts in no figure",
        schema=_text(minLength=1),
        by_us="in a drill",
    ),
    Header(
        name="traceparent",
        meaning="W3C trace context",
        schema=_text(pattern="^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"),
        by_us="where the request had one",
    ),
    Header(
        name="content-type",
        meaning="of the value",
        schema=_text(const="application/json"),
        by_agencies="optional; `application/cloudevents+json` for structured mode",
    ),
)


def headers_schema(contract: Contract) -> Schema:
    """The headers of one type of event; `ce_type` is constant, so a record matches one definition of its topic."""
    fixed: dict[str, Schema] = {"ce_type": _text(const=contract.name)}
    if not is_command(contract):
        fixed["ce_dataschema"] = _text(const=contract.schema_uri)
    properties = {header.name: {"description": header.meaning} | header.schema for header in HEADERS}
    properties |= {name: properties[name] | schema for name, schema in fixed.items()}
    properties["ce_type"].pop("minLength", None)
    return {"type": "object", "properties": properties, "required": _required(contract)}


def _required(contract: Contract) -> list[str]:
    if is_command(contract):
        return ["ce_type"]
    return [header.name for header in HEADERS if header.by_us == "always"]


def example_record(contract: Contract) -> tuple[str, str, dict[str, str], str]:
    """Topic, key, headers and value of the example, made by the code that makes the real ones."""
    event = contract.model.model_validate(contract.example)
    if is_command(contract):
        headers = {"ce_type": contract.name, "ce_id": "7d0e6a52-4d0c-4a55-9a0b-2f1f6f3f9f01"}
        return event.topic_name, event.key, headers, as_text(example_of(contract))
    pending = pend(event, source=_source(contract), sequence=1, at=_AT, cause=_CAUSE)
    key, _, headers_sent = record_of(pending)
    headers = dict(sorted((name, value.decode()) for name, value in headers_sent))
    return pending.topic, key.decode(), headers, as_text(contract.example)


_AT = datetime(2026, 11, 23, 1, 15, 0, 210_000, UTC)
_BEGINNING = "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11"
_CAUSE = Cause(id=_BEGINNING, correlation=_BEGINNING)


def _source(contract: Contract) -> str:
    return "/" + contract.producer.replace("every service", "intake.counts").replace(".", "/")
