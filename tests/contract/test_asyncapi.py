"""The AsyncAPI documents: their structure after the specification (3.0.0), and their truth about records."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from shared.events import Contract
from shared.events.catalogue.asyncapi import agency_document, channel_id, platform_document
from shared.events.catalogue.schemas import is_command
from shared.topics import AGENCY_TASKS, AGENCY_UPDATES, TOPICS
from tests.contract.records import COMMANDS, CONTRACTS, FACTS, Record, record_of_example, reply

PLATFORM = platform_document(CONTRACTS)
AGENCY = agency_document(CONTRACTS)

documents = pytest.mark.parametrize("document", [PLATFORM, AGENCY], ids=["platform", "agency"])

# What the specification's JSON Schema allows in each object (x- extensions apart), and what it requires.
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "document": (
        {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"},
        {"asyncapi", "info"},
    ),
    "info": (
        {"title", "version", "description", "termsOfService", "contact", "license", "tags", "externalDocs"},
        {"title", "version"},
    ),
    "server": (
        {"host", "pathname", "protocol", "protocolVersion", "description", "title", "summary", "variables",
         "security", "tags", "externalDocs", "bindings"},
        {"host", "protocol"},
    ),
    "channel": (
        {"address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "externalDocs",
         "bindings"},
        set(),
    ),
    "parameter": ({"enum", "default", "description", "examples", "location"}, set()),
    "operation": (
        {"action", "channel", "title", "summary", "description", "security", "tags", "externalDocs", "bindings",
         "traits", "messages", "reply"},
        {"action", "channel"},
    ),
    "message": (
        {"headers", "payload", "correlationId", "contentType", "name", "title", "summary", "description", "tags",
         "externalDocs", "bindings", "examples", "traits"},
        set(),
    ),
    "channel binding": (
        {"topic", "partitions", "replicas", "topicConfiguration", "bindingVersion"}, {"bindingVersion"},
    ),
    "operation binding": ({"groupId", "clientId", "bindingVersion"}, {"bindingVersion"}),
    "message binding": (
        {"key", "schemaIdLocation", "schemaIdPayloadEncoding", "schemaLookupStrategy", "bindingVersion"},
        {"bindingVersion"},
    ),
    "components": (
        {"schemas", "servers", "channels", "operations", "messages", "securitySchemes", "parameters"}, set(),
    ),
}  # fmt: skip


def objects_in(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with the kind that the specification gives it."""
    yield "document", document
    yield "info", document["info"]
    yield "components", document["components"]
    yield from (("server", each) for each in document["servers"].values())
    for channel in document["channels"].values():
        yield "channel", channel
        yield "channel binding", channel["bindings"]["kafka"]
        yield from (("parameter", each) for each in channel.get("parameters", {}).values())
    for operation in document["operations"].values():
        yield "operation", operation
        yield "operation binding", operation["bindings"]["kafka"]
    for message in document["components"]["messages"].values():
        yield "message", message
        yield "message binding", message["bindings"]["kafka"]


def references_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references_in(each)


def resolved(document: dict[str, Any], reference: str) -> Any:
    part: Any = document
    for step in reference.removeprefix("#/").split("/"):
        part = part[step.replace("~1", "/").replace("~0", "~")]
    return part


def matching_messages(document: dict[str, Any], channel: str, record: Record) -> list[str]:
    """The messages of a channel whose headers and payload a record fits."""
    headers = {name: value.decode() for name, value in record.headers}
    body = json.loads(record.value or b"null")
    return [
        name
        for name, reference in document["channels"][channel]["messages"].items()
        if _fits(document, resolved(document, reference["$ref"]), headers, body)
    ]


def _fits(document: dict[str, Any], message: dict[str, Any], headers: dict[str, str], body: Any) -> bool:
    components = {"components": document["components"]}
    return all(
        Draft202012Validator(message[part] | components).is_valid(value)
        for part, value in (("headers", headers), ("payload", body))
    )


@documents
def test_every_object_has_the_fields_of_its_kind(document: dict[str, Any]) -> None:
    for kind, each in objects_in(document):
        allowed, required = FIELDS[kind]
        assert required <= each.keys() <= allowed, f"{kind}: {sorted(each.keys() - allowed)}"


@documents
def test_the_document_names_its_versions(document: dict[str, Any]) -> None:
    assert document["asyncapi"] == "3.0.0"
    bindings = [each["bindingVersion"] for kind, each in objects_in(document) if kind.endswith("binding")]
    assert set(bindings) == {"0.5.0"}


@documents
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(references_in(document))
    assert references
    assert all(isinstance(resolved(document, each), dict) for each in references)


@documents
def test_every_name_may_be_a_component_key(document: dict[str, Any]) -> None:
    named = [*document["channels"], *document["operations"], *document["components"]["messages"]]
    named += list(document["components"]["schemas"])
    assert all(re.fullmatch(r"[\w.\-]+", name) for name in named)


@documents
def test_every_schema_is_a_schema(document: dict[str, Any]) -> None:
    for message in document["components"]["messages"].values():
        Draft202012Validator.check_schema(message["headers"])
        Draft202012Validator.check_schema(message["bindings"]["kafka"]["key"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@documents
def test_operations_use_messages_of_their_own_channel(document: dict[str, Any]) -> None:
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        prefix = operation["channel"]["$ref"] + "/messages/"
        assert operation["messages"]
        assert all(message["$ref"].startswith(prefix) for message in operation["messages"])


@documents
def test_every_parameter_stands_in_the_address_and_the_other_way_round(document: dict[str, Any]) -> None:
    for channel in document["channels"].values():
        assert set(re.findall(r"\{(\w+)\}", channel["address"])) == set(channel.get("parameters", {}))


def test_the_platform_has_every_topic_and_every_event() -> None:
    assert list(PLATFORM["channels"]) == [channel_id(topic) for topic in TOPICS]
    listed = [name for channel in PLATFORM["channels"].values() for name in channel["messages"]]
    assert sorted(listed) == sorted(contract.name for contract in CONTRACTS)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_channel_says_what_the_broker_is_asked_for(topic: Any) -> None:
    said = PLATFORM["channels"][channel_id(topic)]["bindings"]["kafka"]
    wanted = topic.configuration()
    assert said["partitions"] == topic.partitions
    assert said["topicConfiguration"]["cleanup.policy"] == [wanted["cleanup.policy"]]
    for name in ("retention.ms", "max.message.bytes"):
        assert str(said["topicConfiguration"].get(name)) == str(wanted.get(name))


@pytest.mark.parametrize("contract", FACTS, ids=lambda contract: contract.name)
def test_a_record_matches_exactly_one_message_of_its_channel(contract: Contract) -> None:
    matching = matching_messages(PLATFORM, channel_id(contract.topic), record_of_example(contract))
    assert matching == [contract.name]


@pytest.mark.parametrize("contract", COMMANDS, ids=lambda contract: contract.name)
def test_a_minimal_update_matches_exactly_one_message(contract: Contract) -> None:
    body = json.dumps({"task_id": "t"} | {name: "x" for name in contract.example if name == "text"}).encode()
    record = Record(topic="agencies.cdc.updates.v1", value=body, headers=[("ce_type", contract.name.encode())])
    assert matching_messages(AGENCY, channel_id(AGENCY_UPDATES), record) == [contract.name]


def test_a_record_of_an_unknown_type_matches_no_message() -> None:
    record = reply()
    record.headers = [("ce_type", b"agencies.updates.sing")]
    assert matching_messages(AGENCY, channel_id(AGENCY_UPDATES), record) == []


def test_the_platform_sends_what_it_produces_and_receives_what_it_consumes() -> None:
    acts = {(each["title"], message["$ref"].rpartition("/")[2]) for each in PLATFORM["operations"].values()
            for message in each["messages"]}  # fmt: skip
    sent = {(f"{contract.producer} sends", contract.name) for contract in CONTRACTS if not is_command(contract)}
    received = {(f"{group} receives", contract.name) for contract in CONTRACTS for group in contract.consumers}
    assert acts == sent | received


def test_an_agency_receives_tasks_and_sends_updates() -> None:
    acts = {(each["action"], each["channel"]["$ref"]) for each in AGENCY["operations"].values()}
    tasks, updates = (f"#/channels/{channel_id(topic)}" for topic in (AGENCY_TASKS, AGENCY_UPDATES))
    assert acts == {("receive", tasks), ("send", updates)}


def test_an_agency_need_not_say_who_it_is() -> None:
    schemas = [AGENCY["components"]["schemas"][contract.model.__name__] for contract in COMMANDS]
    assert all("agency" not in schema["properties"] for schema in schemas)
