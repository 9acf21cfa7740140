"""What an event is, and the one registry of all of them.

An event class carries its whole contract: topic, key, version, producer, consumers and an example. JSON Schemas,
the AsyncAPI document and the catalogue are made from this registry and from nothing else.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.topics import Topic


class Event(BaseModel):
    """A fact that was, or an agency's command. Frozen; readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, ser_json_timedelta="iso8601")

    contract: ClassVar["Contract"]

    @property
    def subject(self) -> str:
        """The id of the aggregate that this event speaks of."""
        return str(getattr(self, self.contract.subject_field))

    @property
    def key(self) -> str:
        """The record key: the subject, unless the topic orders by something else (passes: the post)."""
        topic = self.contract.topic
        return self.subject if topic.key == "subject" else str(getattr(self, topic.key))

    @property
    def topic_name(self) -> str:
        """The concrete topic: an agency's own where the contract says so, the contract's otherwise."""
        topic = self.contract.topic
        return topic.of(getattr(self, "agency")) if topic.is_per_agency else topic.name  # noqa: B009 - only such events have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """All that agencies and services agree on about one type of event.

    Attributes:
        name: `<topic without version>.<past participle>`, the CloudEvents type.
        subject_field: the field that holds the aggregate's id.
        version: grows only when a change is not additive.
        producer: `<service>.<capability>`; exactly one, or "agency" for commands.
        consumers: the groups (`<service>.<capability>`) that react to it.
        example: a complete example of the data.
    """

    name: str
    topic: Topic
    subject_field: str
    version: int
    producer: str
    consumers: tuple[str, ...]
    example: dict[str, Any]
    model: type[Event]

    @property
    def schema_uri(self) -> str:
        """What travels as `ce_dataschema`."""
        return f"urn:haivan:schema:{self.name}:{self.version}"


E = TypeVar("E", bound=type[Event])


class EventsOf(Protocol):
    """`event`, with all but a type's own part filled in."""

    def __call__(self, name: str, *, example: dict[str, Any], version: int = 1) -> Callable[[E], E]: ...


REGISTRY: dict[str, Contract] = {}
"""Every contract by its type. Filled when `shared.events` is imported."""

_TYPE = re.compile(r"[a-z]+(\.[a-z]+){1,2}\.[a-z_]+\Z")


def event(
    name: str,
    *,
    topic: Topic,
    subject: str,
    producer: str,
    consumers: Sequence[str],
    example: dict[str, Any],
    version: int = 1,
) -> Callable[[E], E]:
    """Register a class as the contract of the type `name`.

    Raises:
        ValueError: the name is taken or malformed, or the example does not validate; at import, so that no
            process starts with a broken contract.
    """

    def register(model: E) -> E:
        if name in REGISTRY or not _TYPE.match(name):
            raise ValueError(f"event type {name!r} is taken or malformed")
        model.contract = Contract(
            name=name,
            topic=topic,
            subject_field=subject,
            version=version,
            producer=producer,
            consumers=tuple(consumers),
            example=example,
            model=model,
        )
        model.model_validate(example)
        REGISTRY[name] = model.contract
        return model

    return register


def events_of(topic: Topic, *, subject: str, producer: str, consumers: Sequence[str]) -> EventsOf:
    """`event` for several types that one capability says of one kind of aggregate to the same consumers."""

    def of_these(name: str, *, example: dict[str, Any], version: int = 1) -> Callable[[E], E]:
        return event(
            name,
            topic=topic,
            subject=subject,
            producer=producer,
            consumers=consumers,
            example=example,
            version=version,
        )

    return of_these
