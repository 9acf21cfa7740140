"""Documents in bulk, in the very form in which a service keeps them once their events have been published."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import bson
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

from shared.aggregate_documents import new_document
from shared.pending import Change

T = TypeVar("T")
Document = dict[str, Any]
_AT_ONCE = 1_000
_DIGEST = hashlib.sha256(b"bench").hexdigest()
"""In the place of the command's own, which only a repeat of it would ask for."""


def published(document_id: str, change: Change[Any], at: datetime) -> Document:
    """A document that a command made, after its events were cleared."""
    accepted = {"id": document_id, "digest": _DIGEST}
    made = new_document(document_id, change, (), at) | {"version": max(1, len(change.events)), "pending": []}
    return made | {"accepted": accepted, "applied": [accepted], "receipt": {}}


def insert(collection: Collection[Any], documents: Iterable[Any]) -> int:
    """Put them all in, without waiting for the journal; how many there were."""
    quick, count = collection.with_options(write_concern=WriteConcern(w=1)), 0
    for some in _batches(documents, _AT_ONCE):
        quick.insert_many(some, ordered=False)
        count += len(some)
    return count


def require_same_form(ours: Document, theirs: Document) -> None:
    """That a document made in bulk has the fields of one that the service wrote itself.

    Raises:
        RuntimeError: one has a field, or a type of value other than nothing at all, that the other has not.
    """
    mine, its = (_form(bson.decode(bson.encode(each))) for each in (ours, theirs))
    one_sided = mine.keys() ^ its.keys()
    unlike = {name for name in mine.keys() & its.keys() if len({mine[name], its[name]} - {"NoneType"}) > 1}
    if one_sided or unlike:
        raise RuntimeError(f"documents made in bulk are not the service's own: {sorted(one_sided | unlike)}")


def _form(document: Document, path: str = "") -> dict[str, str]:
    """Each field's type by its path, those of embedded documents too."""
    found: dict[str, str] = {}
    for name, value in document.items():
        found[path + name] = type(value).__name__
        if isinstance(value, dict):
            found |= _form(value, f"{path}{name}.")
    return found


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
