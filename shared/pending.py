"""State and its pending events are one document: the first half of the one mechanism.

    a command or event ──► decide (pure) ──► Change(state, events)
                                                │  one write, w=majority, journaled (shared.aggregates)
                                                ▼
        {_id, version, state, pending: [events as they will be sent], pending_since}
                                                │  shared.publishing sends and clears
                                                ▼
                                              Kafka

A *change* is guarded by the version. A *fact* (first write wins) keeps its events in the immutable `fact`
sub-document and says the same thing at every redelivery; the first later change to it sends them again, in front of
its own, unless this process has seen the fact's offset committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from shared.events import Cause, Event, PendingEvent, Received
from shared.mongo import Collection

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """What a decision comes to: the new state, and the events that say so in order."""

    state: S
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Versioned(Generic[S]):
    """A state as it stands in the store. `receipt` is what its first answer was made of."""

    id: str
    version: int
    state: S
    receipt: Mapping[str, Any] = field(default_factory=dict)
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What makes a retried command recognisable: its id (`Idempotency-Key`) and the digest of its content.

    A command that came as an event has no digest: its source and id are enough.
    """

    id: str
    digest: str | None = None

    @classmethod
    def of_event(cls, received: Received[Any]) -> "Command":
        return cls(id=received.repeat_key)


class Caused(Protocol):
    """A record that brings something about: a received event, or one that could not be read."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int: ...

    def cause(self) -> Cause: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Generic[S]):
    """A state that an event brings about, once and for all; its id is derived from the cause."""

    id: str
    change: Change[S]
    cause: Cause
    topic: str
    partition: int
    offset: int

    @classmethod
    def of(cls, received: Caused, id: str, change: Change[S]) -> "Fact[S]":  # noqa: A002 - an id is an id
        return cls(
            id=id,
            change=change,
            cause=received.cause(),
            topic=received.topic,
            partition=received.partition,
            offset=received.offset,
        )


class Outbox(Protocol):
    """Where a writer hands over what its own write returned. Never blocks; what it drops, the relay finds."""

    def offer(self, collection: Collection, document_id: str, pending: Sequence[PendingEvent]) -> None: ...


class CommittedOffsets(Protocol):
    """What this process knows of committed offsets: `is_committed` is True only if it has seen it."""

    def is_committed(self, topic: str, partition: int, offset: int) -> bool: ...


class NothingCommitted:
    """Knows of no committed offset, so that every fact is said again before its first change."""

    def is_committed(self, topic: str, partition: int, offset: int) -> bool:  # noqa: ARG002 - a Protocol's shape
        return False
