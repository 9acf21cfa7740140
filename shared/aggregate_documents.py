"""How an aggregate's documents look: state, version, pending events, remembered commands, and the immutable fact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.events import PendingEvent
from shared.mongo import Document, to_document
from shared.pending import Change, Command, Fact

_REMEMBERED = 1_000
"""Commands an aggregate remembers; far more than one ever gets, so that memory outlives topic and dead letters."""


def new_document(document_id: str, change: Change[Any], pending: Sequence[PendingEvent], at: datetime) -> Document:
    """A new aggregate with its first events pending. Its version is the sequence of the last of them."""
    document: Document = {
        "_id": document_id,
        "version": max(1, len(pending)),
        "state": to_document(change.state),
        "created_at": at,
        "updated_at": at,
    }
    waiting = {"pending": [event.to_document() for event in pending], "pending_since": at}
    return document | waiting if pending else document


def fact_document(fact: Fact[Any], said: Sequence[PendingEvent], at: datetime) -> Document:
    """A fact: its events stand in a sub-document that nothing ever changes; the consumer loop publishes them."""
    document = new_document(fact.id, fact.change, (), at) | {"version": max(1, len(said)), "applied": []}
    place = {"topic": fact.topic, "partition": fact.partition, "offset": fact.offset}
    return document | {"fact": place | {"events": [event.to_document() for event in said]}}


def events_of_fact(document: Document) -> list[PendingEvent]:
    """What a fact says, each time the same."""
    return [PendingEvent.from_document(each) for each in document["fact"]["events"]]


def update_of(
    change: Change[Any], version: int, pending: Sequence[PendingEvent], command: Command, at: datetime
) -> Document:
    """The update that brings an aggregate to its new state, its events pending behind those that still wait."""
    push: Document = {"applied": {"$each": [{"id": command.id, "digest": command.digest}], "$slice": -_REMEMBERED}}
    update: Document = {
        "$set": {"version": version, "state": to_document(change.state), "updated_at": at, "fact_said_again": True},
        "$push": push,
    }
    if pending:
        push["pending"] = {"$each": [event.to_document() for event in pending]}
        update["$min"] = {"pending_since": at}
    return update
