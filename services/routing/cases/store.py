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
from services.routing.cases.paging import Place, Section, sections_from
from shared.errors import NotFound
from shared.events.cases import Category, Urgency
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

log = structlog.get_logger(__name__)

GROUP = "routing.cases"
_OPEN = [TaskStatus.ASSIGNED.value, TaskStatus.ACKNOWLEDGED.value]
_WORK = "work"
"""The index in which an agency's tasks of one state and urgency lie by age. Asked for by name: left to itself, the
planner now and then prefers to sort."""
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
        id: how the id of the case, or of a task of the agency (anybody's, without one) in it, begins; hex digits and
            dashes.
    """

    agency: str | None = None
    status: str | None = None
    urgency: str | None = None
    category: str | None = None
    ward: str | None = None
    tasks: tuple[str, ...] = ()
    attention: Attention | None = None
    test: bool | None = None
    id: str | None = None

    @property
    def is_work(self) -> bool:
        """Whether this is what one agency has to do: few of the cases there ever were."""
        return self.agency is not None and self.status == CaseStatus.OPEN and self.id is None

    def query(self, now: datetime) -> Document:
        """The filter as a query; overdue is as of `now`."""
        exact = {"urgency": self.urgency, "category": self.category, "ward": self.ward, "test": self.test}
        query: Document = {f"state.{name}": value for name, value in exact.items() if value is not None}
        conditions = [condition for condition in (self._task(), self._attention(now), self._named()) if condition]
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

    def _named(self) -> Document:
        if self.id is None:
            return {}
        begins = {"$gte": self.id, "$lt": f"{self.id}g"}  # "g" follows upon every hex digit
        return {"$or": [{"_id": begins}, _with_task(self._of_agency() | {"id": begins})]}

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
                        ("_id", ASCENDING),
                    ],
                    name=_WORK,
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

    async def newest(self, chosen: CaseFilter, *, limit: int, before: Place | None = None) -> list[Versioned[Case]]:
        """The newest cases that match, newest first; `before` goes on where a page ended."""
        query = chosen.query(self._clock())
        if before is not None:
            query |= _beyond(before, "$lte", "$gte")
        if chosen.is_work:
            return await self._read(
                {"state.urgency": {"$in": list(Urgency)}} | query, _NEWEST_FIRST, limit, hint=_WORK
            )
        return await self._read(_in_order(query), _NEWEST_FIRST, limit)

    async def waiting(self, chosen: CaseFilter, *, limit: int, after: Place | None = None) -> list[Versioned[Case]]:
        """What an agency has to do: the most urgent first, what nobody acknowledged before the rest, then by age.

        A case that moves on between two of the reads stands once, where it was found first. Each read is of `limit`,
        so that what it repeats takes no place from the rest of its section.
        """
        found: dict[str, Versioned[Case]] = {}
        for section in sections_from(after):
            if len(found) < limit and _may_lie_in(section, chosen):
                for case in await self._section(chosen, section, limit, after):
                    found.setdefault(case.id, case)
        return list(found.values())[:limit]

    async def _section(
        self, chosen: CaseFilter, section: Section, limit: int, after: Place | None
    ) -> list[Versioned[Case]]:
        urgency, status = section
        query = replace(chosen, urgency=urgency.value, tasks=(status.value,)).query(self._clock())
        if after is not None and section == after.section:
            query |= _beyond(after, "$gte", "$lte")
        return await self._read(query, _OLDEST_FIRST, limit, hint=_WORK)

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

    async def _read(
        self, query: Document, order: list[tuple[str, int]], limit: int, *, hint: str | None = None
    ) -> list[Versioned[Case]]:
        found = self.aggregates.collection.find(query, _STATE, hint=hint)
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


def _beyond(place: Place, on: str, back: str) -> Document:
    """What comes after a place in the order of age and id.

    Said as what does not come before it among those of the same moment: of a choice between two conditions MongoDB
    makes two reads, and sorts what they find.
    """
    before = {"state.opened_at": place.opened_at, "_id": {back: place.case_id}}
    return {"state.opened_at": {on: place.opened_at}, "$nor": [before]}


def _may_lie_in(section: Section, chosen: CaseFilter) -> bool:
    urgency, status = section
    return chosen.urgency in (None, urgency) and (not chosen.tasks or status in chosen.tasks)


_NEWEST_FIRST = [("state.opened_at", DESCENDING), ("_id", DESCENDING)]
_OLDEST_FIRST = [("state.opened_at", ASCENDING), ("_id", ASCENDING)]
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
