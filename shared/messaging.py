"""Reactions to events, as capabilities declare them in their `handlers.py`.

    @consumes(ReportReceived, group="routing.cases")
    async def open_cases(reports: Sequence[Received[ReportReceived]], cases: Cases, rules: Rules) -> Said:
        ...

A handler takes a batch in the order of the log and returns the events that its facts say (`Aggregates.record`), or
nothing where it changed states (those events are pending in their documents). The consumer loop
(`shared.consumer_loop`) publishes what it returns and commits last. Handlers hold no `try`: InvalidMessage goes to
the dead letters, a missing broker or database is retried, anything else is a bug and gets five tries.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeAlias, cast

from shared.events import Cause, Contract, Event, PendingEvent, Received
from shared.events.cloudevents import RawRecord

Said: TypeAlias = Sequence[PendingEvent] | None
Handler: TypeAlias = Callable[[Sequence[Received[Any]]], Awaitable[Said]]
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that became a dead letter because it cannot be read; what a group may answer its sender."""

    record: RawRecord
    topic: str
    reason: str
    event_id: str | None = None

    @property
    def partition(self) -> int:
        return self.record.partition

    @property
    def offset(self) -> int:
        return self.record.offset

    def cause(self) -> Cause:
        place = f"{self.topic}/{self.partition}/{self.offset}"
        return Cause(id=self.event_id or place, correlation=self.event_id or place)


Answer: TypeAlias = Callable[[Sequence[Unreadable]], Awaitable[Said]]
"""What a group says to the senders of what it cannot read; its events are published like a fact's."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A handler with its collaborators bound: who reacts to what, in which group."""

    group: str
    events: tuple[type[Event], ...]
    handle: Handler

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return tuple(event.contract for event in self.events)


class _Declared(Protocol):
    __consumes__: tuple[str, tuple[type[Event], ...]]


def consumes(
    *events: type[Event], group: str
) -> Callable[[Callable[P, Awaitable[Said]]], Callable[P, Awaitable[Said]]]:
    """Declare what a handler reacts to. Its contract must name the group among its consumers.

    Raises:
        ValueError: the contract does not know this consumer; at import, so that the catalogue is never wrong.
    """
    strangers = [event.contract.name for event in events if group not in event.contract.consumers]
    if strangers:
        raise ValueError(f"{group} consumes {strangers}, but their contracts do not name it as a consumer")

    def declare(handler: Callable[P, Awaitable[Said]]) -> Callable[P, Awaitable[Said]]:
        cast(_Declared, handler).__consumes__ = (group, events)
        return handler

    return declare


def reaction(handler: Callable[..., Awaitable[Said]], **collaborators: Any) -> Reaction:
    """Bind a declared handler to what it works with (`reaction(open_cases, cases=cases, rules=rules)`)."""
    group, events = cast(_Declared, handler).__consumes__
    return Reaction(group, events, partial(handler, **collaborators))
