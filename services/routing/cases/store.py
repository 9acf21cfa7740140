"""Cases in MongoDB: found by id, by report, by task, by agency. The only file here that knows documents."""

from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.routing.cases.domain import UNKNOWN_TASK, Case
from shared.errors import NotFound
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime

GROUP = "routing.cases"
_OPEN = ["assigned", "acknowledged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a queue shows; None shows all."""

    agency: str | None = None
    status: str | None = None
    urgency: str | None = None
    category: str | None = None
    ward: str | None = None

    def query(self) -> Document:
        query: Document = {}
        if self.agency is not None:
            mine: Document = {"agency": self.agency}
            query["state.tasks"] = {
                "$elemMatch": mine | ({"status": {"$in": _OPEN}} if self.status == "open" else {})
            }
        if self.status is not None and (self.agency is None or self.status != "open"):
            query["state.status"] = self.status
        exact = {"urgency": self.urgency, "category": self.category, "ward": self.ward}
        return query | {f"state.{name}": value for name, value in exact.items() if value is not None}


class MongoCases:
    """The cases of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("cases", Case, group=GROUP)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.tasks.id", ASCENDING)]),
                IndexModel([("state.report_id", ASCENDING)], sparse=True),
                IndexModel(
                    [("state.tasks.agency", ASCENDING), ("state.tasks.status", ASCENDING), ("_id", DESCENDING)]
                ),
                IndexModel([("state.status", ASCENDING), ("state.opened_at", DESCENDING)]),
                IndexModel([("state.opened_at", DESCENDING)]),
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
        query = chosen.query()
        if before is not None:
            at, case_id = before
            query["$or"] = [{"state.opened_at": {"$lt": at}}, {"state.opened_at": at, "_id": {"$lt": case_id}}]
        order = [("state.opened_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]

    async def count(self, chosen: CaseFilter, *, most: int = 10_000) -> int:
        """How many cases match, counted no further than `most`."""
        return await self.aggregates.collection.count_documents(chosen.query(), limit=most)
