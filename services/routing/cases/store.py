"""Cases in MongoDB: found by id, by report, by task, by agency. The only file here that knows documents."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import InvalidOperation, PyMongoError

from services.routing.cases.domain import UNKNOWN_TASK, Case, CaseStatus, TaskStatus
from shared.errors import NotFound
from shared.events.cases import Category, Urgency
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

log = structlog.get_logger(__name__)

GROUP = "routing.cases"
_OPEN = [TaskStatus.ASSIGNED.value, TaskStatus.ACKNOWLEDGED.value]
_MOST = 10_000
"""Counts go no further: a person needs no exact figure beyond."""


class Attention(StrEnum):
    """What a dispatcher should look at."""

    OVERDUE = "overdue"
    CONTRADICTION = "contradiction"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a queue shows; None shows all.

    Attributes:
        tasks: in what state the agency's task (anybody's, without an agency) must be.
    """

    agency: str | None = None
    status: str | None = None
    urgency: str | None = None
    category: str | None = None
    ward: str | None = None
    tasks: tuple[str, ...] = ()
    attention: Attention | None = None
    test: bool | None = None

    def query(self, now: datetime) -> Document:
        """The filter as a query; overdue is as of `now`."""
        exact = {"urgency": self.urgency, "category": self.category, "ward": self.ward, "test": self.test}
        query: Document = {f"state.{name}": value for name, value in exact.items() if value is not None}
        conditions = [condition for condition in (self._task(), self._attention(now)) if condition]
        if self.status is not None and (self.agency is None or self.status != CaseStatus.OPEN):
            query["state.status"] = self.status
        return query | ({"$and": conditions} if conditions else {})

    def _task(self) -> Document:
        statuses = list(self.tasks)
        if self.agency is not None and self.status == CaseStatus.OPEN:
            statuses = statuses or _OPEN
        return _with_task(self._of_agency() | ({"status": {"$in": statuses}} if statuses else {}))

    def _of_agency(self) -> Document:
        return {} if self.agency is None else {"agency": self.agency}

    def _attention(self, now: datetime) -> Document:
        match self.attention:
            case Attention.OVERDUE:
                late = (
                    {"status": "assigned", "acknowledge_by": {"$lt": now}},
                    {"status": "acknowledged", "updated_at": None, "update_by": {"$lt": now}},
                    {"status": "acknowledged", "resolve_by": {"$lt": now}},
                )
                return {"$or": [_with_task(self._of_agency() | each) for each in late]}
            case Attention.CONTRADICTION:
                return {"state.contradiction": True, "state.status": CaseStatus.OPEN.value}
            case Attention.DECLINED:
                return _with_task({"status": "declined"}) | {"state.status": CaseStatus.OPEN.value}
            case None:
                return {}


def _with_task(wanted: Document) -> Document:
    return {"state.tasks": {"$elemMatch": wanted}} if wanted else {}


class MongoCases:
    """The cases of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("cases", Case, group=GROUP)
        self._clock = runtime.clock

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.tasks.id", ASCENDING)]),
                IndexModel(
                    [
                        ("state.tasks.agency", ASCENDING),
                        ("state.tasks.status", ASCENDING),
                        ("state.urgency", ASCENDING),
                        ("state.opened_at", ASCENDING),
                    ]
                ),
                IndexModel([("state.tasks.status", ASCENDING), ("state.tasks.acknowledge_by", ASCENDING)]),
                IndexModel(
                    [("state.tasks.agency", ASCENDING)], partialFilterExpression={"state.test": True}, name="test"
                ),
                IndexModel(
                    [("state.contradiction", ASCENDING), ("state.status", ASCENDING)],
                    partialFilterExpression={"state.contradiction": True},
                ),
                *_queues(),
            ]
        )

    async def with_task(self, task_id: str, agency: str | None) -> Versioned[Case]:
        """The case that a task belongs to. Another agency's task is an unknown id.

        Raises:
            NotFound: no such task, or none of this agency's.
        """
        wanted: Document = {"id": task_id} | ({"agency": agency} if agency is not None else {})
        found = await self.aggregates.collection.find_one({"state.tasks": {"$elemMatch": wanted}})
        if found is None:
            raise NotFound("unknown-task", UNKNOWN_TASK)
        return self.aggregates.read(found)

    async def newest(
        self, chosen: CaseFilter, *, limit: int, before: tuple[datetime, str] | None = None
    ) -> list[Versioned[Case]]:
        """The newest cases that match, newest first; `before` (opened at, id) goes on where a page ended."""
        query = _in_order(chosen.query(self._clock()))
        if before is not None:
            at, case_id = before
            query["state.opened_at"] = {"$lte": at}
            query["$or"] = [{"state.opened_at": {"$lt": at}}, {"_id": {"$lt": case_id}}]
        return await self._read(query, _NEWEST_FIRST, limit)

    async def waiting(self, chosen: CaseFilter, *, limit: int) -> list[Versioned[Case]]:
        """What an agency has to do: the most urgent first, what nobody acknowledged before the rest, then by age."""
        found: dict[str, Versioned[Case]] = {}
        for urgency in (Urgency(chosen.urgency),) if chosen.urgency else tuple(Urgency):
            for status in _OPEN:
                query = replace(chosen, urgency=urgency.value, tasks=(status,)).query(self._clock())
                some = await self._read(query, [("state.opened_at", ASCENDING)], limit - len(found))
                found |= {case.id: case for case in some}
                if len(found) >= limit:
                    return list(found.values())
        return list(found.values())

    async def among(self, ids: Collection[str], chosen: CaseFilter) -> list[Versioned[Case]]:
        """Those of the cases with these ids that match."""
        return await self._read({"_id": {"$in": list(ids)}} | chosen.query(self._clock()), [], len(ids))

    async def count(self, chosen: CaseFilter, *, most: int = _MOST) -> int:
        """How many cases match, counted no further than `most`."""
        return await self.aggregates.collection.count_documents(chosen.query(self._clock()), limit=most)

    async def changed_ids(self, every: float = 0.25) -> AsyncIterator[frozenset[str]]:
        """Which cases were written, gathered over `every` seconds; empty when none was. Ends with its client.

        What happens while MongoDB is away is missed: whoever listens looks at the whole again now and then.
        """
        while True:
            try:
                async with self.aggregates.collection.watch(_WRITES, max_await_time_ms=int(every * 1000)) as stream:
                    while True:
                        yield await _gathered(stream, every)
            except InvalidOperation:  # the client is closed
                return
            except PyMongoError as error:
                log.warning("change_stream_interrupted", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _read(self, query: Document, order: list[tuple[str, int]], limit: int) -> list[Versioned[Case]]:
        found = self.aggregates.collection.find(query, _STATE)
        documents = await (found.sort(order) if order else found).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]


def _queues() -> list[IndexModel]:
    """One for each kind of queue, in which what a filter picks out lies newest first.

    A page is read off it and never sorted, however many cases there are.
    """
    kinds = ((), ("status",), ("tasks.agency",), ("category", "urgency"), ("ward", "category", "urgency"))
    return [IndexModel([*((f"state.{name}", ASCENDING) for name in kind), *_NEWEST_FIRST]) for kind in kinds]


def _in_order(query: Document) -> Document:
    """The query with every category and urgency named where it leaves them open.

    The indexes of wards and categories give an order only behind fields that are all named; MongoDB then merges the
    few places where they stand, instead of looking for a rare case through all there ever were.
    """
    if not query.keys() & {"state.ward", "state.category", "state.urgency"}:
        return query
    return {"state.category": {"$in": list(Category)}, "state.urgency": {"$in": list(Urgency)}} | query


_NEWEST_FIRST = [("state.opened_at", DESCENDING), ("_id", DESCENDING)]
_STATE = {"version": 1, "state": 1}
_WRITES: list[Document] = [
    {
        "$match": {
            "$or": [
                {"operationType": {"$in": ["insert", "replace"]}},
                {"updateDescription.updatedFields.version": {"$exists": True}},
            ]
        }
    },
    {"$project": {"documentKey": 1}},
]
"""New states only: that an outbox was cleared is no news."""


async def _gathered(stream: Any, seconds: float) -> frozenset[str]:
    ids = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        change = await stream.try_next()
        if change is None:
            break
        ids.add(change["documentKey"]["_id"])
    return frozenset(ids)
