"""The AsyncAPI 3.0 documents, with Kafka bindings 0.5.0.

One describes the platform: what its capabilities send and receive on every topic. The other describes an agency's
own software, which receives tasks and sends updates; who writes such a program starts from that one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from shared.events import Contract
from shared.events.catalogue.envelope import headers_schema
from shared.events.catalogue.schemas import Schema, example_of, flowing, is_command, schema_of
from shared.topics import AGENCY_TASKS, AGENCY_UPDATES, RECORD_LIMIT, TOPICS, Topic

Document: TypeAlias = dict[str, Any]

VERSION = "1.0.0"
"""Of the documents' shape; each event type has a version of its own."""

_BINDING = {"bindingVersion": "0.5.0"}
_AGENCY = {"agency": {"description": "The agency's id.", "examples": ["cdc", "hospital", "police"]}}


def platform_document(contracts: Sequence[Contract]) -> Document:
    """Every topic, as the platform's own capabilities use it."""
    return _document(
        "Hải Vân",
        "The event backbone of an epidemic-response centre: every topic, and who sends or receives what.",
        TOPICS,
        contracts,
        _operations_of_platform,
    )


def agency_document(contracts: Sequence[Contract]) -> Document:
    """The two topics of an agency, as the agency's own software uses them."""
    topics = (AGENCY_TASKS, AGENCY_UPDATES)
    return _document(
        "Hải Vân for agencies",
        "An agency's own software: it receives the agency's tasks and sends what becomes of them.",
        topics,
        [contract for contract in contracts if contract.topic in topics],
        _operations_of_agency,
    )


def channel_id(topic: Topic) -> str:
    """The name of a topic's channel: without the agency, since ids hold no braces."""
    return topic.name.replace("{agency}.", "")


def _document(
    title: str,
    description: str,
    topics: Sequence[Topic],
    contracts: Sequence[Contract],
    operations: Callable[[Sequence[Contract]], Document],
) -> Document:
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": VERSION, "description": description},
        "defaultContentType": "application/json",
        "servers": {"embedded": _server()},
        "channels": {channel_id(topic): _channel(topic, contracts) for topic in topics},
        "operations": operations(contracts),
        "components": {
            "messages": {contract.name: _message(contract) for contract in contracts},
            "schemas": _shared_schemas(contracts),
        },
    }


def _server() -> Document:
    return {
        "host": "localhost:9092",
        "protocol": "kafka",
        "description": "The broker of the embedded run (`haivan up` says which port it found free).",
    }


def _channel(topic: Topic, contracts: Iterable[Contract]) -> Document:
    names = [contract.name for contract in contracts if contract.topic == topic]
    parameters = {"parameters": _AGENCY} if topic.is_per_agency else {}
    return {
        "address": topic.name,
        "description": f"{topic.purpose} Order is promised per {topic.subject}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        **parameters,
        "bindings": {"kafka": _size(topic) | _BINDING},
    }


def _size(topic: Topic) -> Document:
    """What the broker is asked for, in the binding's types: a list of policies, numbers as numbers."""
    settings = topic.configuration()
    retention = {"retention.ms": int(settings["retention.ms"])} if "retention.ms" in settings else {}
    limits = {"cleanup.policy": [settings["cleanup.policy"]], **retention, "max.message.bytes": RECORD_LIMIT}
    return {"partitions": topic.partitions, "topicConfiguration": limits}


def _message(contract: Contract) -> Document:
    name = contract.model.__name__
    return {
        "name": contract.name,
        "title": name,
        "summary": flowing(contract.model.__doc__ or "").split("\n\n")[0],
        "contentType": "application/json",
        "headers": headers_schema(contract),
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "bindings": {"kafka": {"key": _key(contract)} | _BINDING},
        "examples": [{"name": contract.name, "payload": example_of(contract)}],
    }


def _key(contract: Contract) -> Schema:
    field = contract.subject_field if contract.topic.key == "subject" else contract.topic.key
    optional = ", or none" if is_command(contract) else ""
    return {"type": "string", "description": f"`{field}`{optional}"}


def _operations_of_platform(contracts: Sequence[Contract]) -> Document:
    sent = [(each.producer, "send", each) for each in contracts if not is_command(each)]
    received = [(group, "receive", each) for each in contracts for group in each.consumers]
    return _operations(sent + received)


def _operations_of_agency(contracts: Sequence[Contract]) -> Document:
    return _operations([("agency", "send" if is_command(each) else "receive", each) for each in contracts])


def _operations(acts: Iterable[tuple[str, str, Contract]]) -> Document:
    """One operation per actor, action and topic, naming its messages."""
    made: Document = {}
    for actor, action, contract in acts:
        channel = channel_id(contract.topic)
        key = f"{actor.replace(' ', '-')}.{action}.{channel}"
        operation = made.setdefault(key, _operation(actor, action, channel))
        operation["messages"].append({"$ref": f"#/channels/{channel}/messages/{contract.name}"})
    return made


def _operation(actor: str, action: str, channel: str) -> Document:
    group = {"groupId": {"type": "string", "const": actor}} if action == "receive" and "." in actor else {}
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "title": f"{actor} {action}s",
        "messages": [],
        "bindings": {"kafka": group | _BINDING},
    }


def _shared_schemas(contracts: Iterable[Contract]) -> dict[str, Schema]:
    """Every payload and every part of one, by class name.

    Raises:
        ValueError: two classes share a name; the document could not tell them apart.
    """
    found: dict[str, Schema] = {}
    for contract in contracts:
        schema = schema_of(contract)
        parts = schema.pop("$defs", {})
        payload = {key: value for key, value in schema.items() if key not in {"$schema", "$id", "examples"}}
        for name, part in {**parts, contract.model.__name__: payload}.items():
            if found.setdefault(name, _lifted(part)) != _lifted(part):
                raise ValueError(f"two different classes in the event contracts are called {name}")
    return dict(sorted(found.items()))


def _lifted(part: Any) -> Any:
    """A schema whose references point into the document; what stood beside a reference is kept beside `allOf`."""
    if isinstance(part, list):
        return [_lifted(item) for item in part]
    if not isinstance(part, dict):
        return part
    beside = {key: _lifted(value) for key, value in part.items() if key != "$ref"}
    if "$ref" not in part:
        return beside
    reference = {"$ref": part["$ref"].replace("#/$defs/", "#/components/schemas/")}
    return {"allOf": [reference], **beside} if beside else reference
