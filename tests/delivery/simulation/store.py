"""Collections in memory, as far as the mechanism uses MongoDB; each operation may fail, or succeed unanswered.

What is not known here raises, so that a new way of writing cannot pass by unnoticed.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError
from pymongo.results import UpdateResult

from tests.delivery.simulation.turns import Turns

Document = dict[str, Any]


@dataclass(slots=True)
class MemoryDatabase:
    """Survives every process."""

    turns: Turns
    collections: dict[str, "MemoryCollection"] = field(default_factory=dict)

    def __getitem__(self, name: str) -> "MemoryCollection":
        return self.collections.setdefault(name, MemoryCollection(name, self.turns))


@dataclass(slots=True)
class MemoryCollection:
    """Documents by id. A stored document is never changed in place, so that a reader keeps what it has read."""

    name: str
    turns: Turns
    documents: dict[str, Document] = field(default_factory=dict)
    codec_options: CodecOptions[Document] = field(default=CodecOptions(tz_aware=True, tzinfo=UTC))

    async def insert_many(self, documents: Sequence[Document | RawBSONDocument], *, ordered: bool) -> None:
        assert not ordered
        await self._begin("insert many")
        there = [index for index, each in enumerate(documents) if each["_id"] in self.documents]
        for index, each in enumerate(documents):
            if index not in there:
                self.documents[each["_id"]] = self._kept(each)
                if self.turns.fails(0.2):
                    raise AutoReconnect("half of it was written")
        self._answer()
        if there:
            raise BulkWriteError(
                {"writeErrors": [{"index": index, "code": 11_000, "errmsg": "it is there"} for index in there]}
            )

    async def find_one(self, query: Document, _: Mapping[str, int] | None = None) -> Document | None:
        await self._begin("find one")
        return next(iter(self._matching(query)), None)

    def find(self, query: Document, _: Mapping[str, int] | None = None) -> "Found":
        return Found(self, query)

    async def find_one_and_update(self, query: Document, update: Document, **_: Any) -> Document | None:
        await self._begin("change")
        found = next(iter(self._matching(query)), None)
        if found is None:
            return None
        changed = self.documents[found["_id"]] = _updated(found, update)
        self._answer()
        return changed

    async def bulk_write(self, writes: Sequence[UpdateOne], *, ordered: bool) -> None:
        assert not ordered
        await self._begin("bulk write")
        for each in writes:
            query, update, upsert = each._filter, each._doc, each._upsert
            found = self.documents.get(query["_id"])
            if found is None and not upsert:
                continue
            self.documents[query["_id"]] = _updated(found or {"_id": query["_id"]}, update)
        self._answer()

    async def update_many(self, query: Document, update: Document) -> UpdateResult:
        await self._begin("update many")
        found = self._matching(query)
        for each in found:
            self.documents[each["_id"]] = _updated(each, update)
            if self.turns.fails(0.2):
                raise AutoReconnect("half of it was written")
        self._answer()
        return UpdateResult({"n": len(found)}, acknowledged=True)

    def _matching(self, query: Document) -> list[Document]:
        if isinstance(query.get("_id"), str):
            found = self.documents.get(query["_id"])
            is_wanted = found is not None and query.get("version", found.get("version")) == found.get("version")
            return [found] if found is not None and is_wanted else []
        if set(query) == {
            "_id",
            "pending.id",
            "pending",
        }:  # those that wait with one event alone, as they are cleared
            assert query["pending"] == {"$size": 1}
            named = [self.documents[each] for each in query["_id"]["$in"] if each in self.documents]
            single = [each for each in named if len(each.get("pending", ())) == 1]
            return [each for each in single if each["pending"][0]["id"] in query["pending.id"]["$in"]]
        if set(query) == {"_id"}:
            return [self.documents[each] for each in query["_id"]["$in"] if each in self.documents]
        if set(query) == {"$or", "unpublishable"}:  # the relay's; here everything is old enough
            return [each for each in self.documents.values() if "pending_since" in each]
        raise NotImplementedError(query)

    def _kept(self, document: Document | RawBSONDocument) -> Document:
        if isinstance(document, RawBSONDocument):
            return bson.decode(document.raw, self.codec_options)
        return dict(document)

    async def _begin(self, what: str) -> None:
        await self.turns.turn(f"{self.name}: {what}")
        if self.turns.fails():
            raise AutoReconnect("nothing was written")

    def _answer(self) -> None:
        if self.turns.fails():
            raise AutoReconnect("it was written, and the answer was lost")


@dataclass(slots=True)
class Found:
    """A cursor."""

    collection: MemoryCollection
    query: Document
    most: int = 10_000

    def sort(self, *_: Any) -> "Found":
        return self

    def limit(self, most: int) -> "Found":
        self.most = most
        return self

    async def to_list(self, _: int | None = None) -> list[Document]:
        await self.collection._begin("find")
        return self.collection._matching(self.query)[: self.most]

    async def __aiter__(self) -> AsyncIterator[Document]:
        for each in await self.to_list():
            yield each


def _updated(document: Document, update: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Document:
    if not isinstance(update, Mapping):
        return _cleared(document, update)
    changed = dict(document)
    for operator, fields in update.items():
        for name, value in fields.items():
            _apply(changed, operator, name, value)
    return changed


def _apply(document: Document, operator: str, name: str, value: Any) -> None:
    match operator:
        case "$set" if "." in name:
            outer, inner = name.split(".", 1)
            document[outer] = {**document.get(outer, {}), inner: value}
        case "$set":
            document[name] = value
        case "$unset":
            document.pop(name, None)
        case "$min":
            document[name] = min(document.get(name, value), value)
        case "$push":
            document[name] = [*document.get(name, []), *value["$each"]]
        case _:
            raise NotImplementedError(operator)


def _cleared(document: Document, pipeline: Sequence[Mapping[str, Any]]) -> Document:
    """What `shared.publishing` does to a document whose events were confirmed."""
    (_, ids) = pipeline[0]["$set"]["pending"]["$filter"]["cond"]["$not"]["$in"]
    kept = [each for each in document.get("pending", []) if each["id"] not in ids]
    gone = () if kept else ("pending_since", "refusals")
    return {name: value for name, value in document.items() if name not in gone} | {"pending": kept}
