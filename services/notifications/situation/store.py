"""Facts, case pictures and counts in MongoDB, and what the overview asks. The only file here that knows documents.

A read model: written in bulk, every write bearing to be made twice and in any order.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReplaceOne
from pymongo.errors import BulkWriteError

from services.notifications.situation.domain import CasePicture, EventFact, TaskStage, picture_of
from services.notifications.situation.figures import AgencyTasks, CaseFigures, Seen, ServiceCounts, Slice
from shared.events.notifications import CountsTaken
from shared.mongo import Document, already_there, from_document, to_document
from shared.runtime import Runtime

GROUP = "notifications.situation"

_BY_ORIGIN = {"type": ASCENDING, "origin": ASCENDING}
"""The index that counts all events without looking at one of them."""
_SLICED_BY = ("kind", "urgency", "verdict", "post_id", "outcome", "severity", "synthetic")


class MongoSituation:
    """What the overview is made of."""

    def __init__(self, runtime: Runtime) -> None:
        self._events = runtime.database["situation_events"]
        self._cases = runtime.database["situation_cases"]
        self._counts = runtime.database["situation_counts"]

    async def prepare(self) -> None:
        has_case = {"case_id": {"$type": "string"}}
        await self._events.create_indexes(
            [
                IndexModel([("type", ASCENDING), ("at", ASCENDING)]),
                IndexModel(list(_BY_ORIGIN.items())),
                IndexModel([("case_id", ASCENDING)], partialFilterExpression=has_case),
            ]
        )
        await self._cases.create_indexes([IndexModel([("is_open", ASCENDING), ("due", ASCENDING)])])

    async def note(self, facts: Sequence[EventFact]) -> None:
        """Keep facts; those that are there stay as they are."""
        if facts:
            documents = [_document(fact) for fact in {fact.id: fact for fact in facts}.values()]
            await _whatever_is_new(lambda: self._events.insert_many(documents, ordered=False))

    async def picture(self, cases: Collection[str]) -> None:
        """Make these cases' pictures anew; one of more events takes the place of one of fewer."""
        if not cases:
            return
        known: dict[str, list[EventFact]] = {case: [] for case in cases}
        async for document in self._events.find({"case_id": {"$in": list(cases)}}):
            known[document["case_id"]].append(_fact(document))
        writes = [_replacement(case, picture_of(facts)) for case, facts in known.items()]
        await _whatever_is_new(lambda: self._cases.bulk_write(writes, ordered=False))

    async def note_counts(self, counts: Sequence[tuple[CountsTaken, int]]) -> None:
        """Keep each service's newest counts, by sequence."""
        writes = [
            ReplaceOne(
                {"_id": event.service, "sequence": {"$lt": sequence}},
                {"sequence": sequence, "documents": event.documents, "pending": event.pending, "at": event.at},
                upsert=True,
            )
            for event, sequence in counts
        ]
        await _whatever_is_new(lambda: self._counts.bulk_write(writes, ordered=True))

    async def counts(self) -> dict[str, ServiceCounts]:
        """The newest counts by service."""
        return {
            document["_id"]: ServiceCounts(
                documents=document["documents"], pending=document["pending"], at=document["at"]
            )
            async for document in self._counts.find({})
        }

    async def seen(self, types: Sequence[str]) -> dict[Seen, int]:
        """How many events of these types (and, for opened cases, of which origin) were ever read, each once."""
        groups = self._events.aggregate(
            [
                {"$match": {"type": {"$in": list(types)}}},
                {"$group": {"_id": {"type": "$type", "origin": "$origin"}, "n": {"$sum": 1}}},
            ],
            hint=_BY_ORIGIN,
        )
        return {Seen(group["_id"]["type"], group["_id"].get("origin")): group["n"] async for group in groups}

    async def slices(self, types: Sequence[str], since: datetime, recent: datetime) -> list[Slice]:
        """How many events of these types since a moment, and since a more recent one, by what they are of."""
        groups = self._events.aggregate(
            [
                {"$match": {"type": {"$in": list(types)}, "at": {"$gte": min(since, recent)}}},
                {
                    "$group": {
                        "_id": {"type": "$type"} | {name: f"$dimensions.{name}" for name in _SLICED_BY},
                        "today": {"$sum": {"$cond": [{"$gte": ["$at", since]}, 1, 0]}},
                        "recent": {"$sum": {"$cond": [{"$gte": ["$at", recent]}, 1, 0]}},
                    }
                },
            ]
        )
        return [_slice(group) async for group in groups]

    async def cases(self, now: datetime) -> CaseFigures:
        """How the open cases stand."""
        return CaseFigures(
            open=await self._cases.count_documents({"is_open": True}),
            taken=await self._cases.count_documents({"is_open": True, "is_taken": True}),
            overdue=await self._cases.count_documents({"is_open": True, "due": {"$lt": now}}),
        )

    async def tasks(self, now: datetime) -> list[AgencyTasks]:
        """The open tasks of each agency."""
        is_late = {
            "$or": [
                {"$and": [{"$eq": ["$tasks.stage", "new"]}, {"$lt": ["$tasks.acknowledge_by", now]}]},
                {"$lt": ["$tasks.resolve_by", now]},
            ]
        }
        groups = self._cases.aggregate(
            [
                {"$match": {"is_open": True}},
                {"$unwind": "$tasks"},
                {"$match": {"tasks.stage": {"$ne": TaskStage.ENDED.value}}},
                {
                    "$group": {
                        "_id": "$tasks.agency",
                        "open": {"$sum": 1},
                        "taken": {"$sum": {"$cond": [{"$eq": ["$tasks.stage", "taken"]}, 1, 0]}},
                        "overdue": {"$sum": {"$cond": [is_late, 1, 0]}},
                    }
                },
                {"$sort": {"_id": 1}},
            ]
        )
        return [
            AgencyTasks(agency=group["_id"], open=group["open"], taken=group["taken"], overdue=group["overdue"])
            async for group in groups
        ]


def _document(fact: EventFact) -> Document:
    document = to_document(fact)
    return {"_id": document.pop("id")} | {name: value for name, value in document.items() if value is not None}


def _fact(document: Document) -> EventFact:
    return from_document(document | {"id": document["_id"]}, EventFact)


def _replacement(case: str, picture: CasePicture) -> ReplaceOne[Document]:
    document = to_document(picture) | {"is_taken": picture.is_taken, "due": picture.due}
    return ReplaceOne({"_id": case, "events": {"$lte": picture.events}}, document, upsert=True)


def _slice(group: Document) -> Slice:
    dimensions = {name: value for name, value in group["_id"].items() if name != "type"}
    return Slice(type=group["_id"]["type"], dimensions=dimensions, today=group["today"], recent=group["recent"])


async def _whatever_is_new(write: Callable[[], Awaitable[Any]]) -> None:
    try:
        await write()
    except BulkWriteError as error:
        already_there(error)
