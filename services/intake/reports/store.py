"""Reports and what became of them, in MongoDB. The only file here that knows documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from services.intake.reports.domain import Report
from services.intake.reports.progress import Step
from shared.errors import NotFound, Text
from shared.mongo import Collection, from_document, to_document
from shared.pending import Versioned
from shared.runtime import Runtime

_UNKNOWN_CODE = Text(
    vi="Không có phản ánh nào có mã này. Hãy kiểm tra lại từng ký tự.",
    en="No report has this code. Please check each character.",
)


class MongoReports:
    """The reports of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("reports", Report)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.tracking_hash", ASCENDING)], unique=True),
                IndexModel([("state.received_at", DESCENDING)]),
                IndexModel([("state.reporter", ASCENDING), ("state.received_at", DESCENDING)]),
            ]
        )

    async def by_code_hash(self, code_hash: str) -> Versioned[Report]:
        """The report that a tracking code belongs to.

        Raises:
            NotFound: there is none; the same answer and the same work for every wrong code.
        """
        found = await self.aggregates.collection.find_one({"state.tracking_hash": {"$eq": code_hash}})
        if found is None:
            raise NotFound("unknown-tracking-code", _UNKNOWN_CODE)
        return self.aggregates.read(found)

    async def by_reporter(self, reference: tuple[str, str], limit: int = 20) -> list[Versioned[Report]]:
        """The newest reports of whom this reference stands for: what a call-taker sees when the phone rings."""
        found = self.aggregates.collection.find({"state.reporter": {"$eq": list(reference)}})
        documents = await found.sort("state.received_at", DESCENDING).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]


@dataclass(frozen=True, slots=True)
class StepOf:
    """A step with the report it belongs to and the event that says it."""

    report_id: str
    event_id: str
    step: Step


class MongoProgress:
    """What became of each report, from `routing.cases.v1`: one document each, one field per event.

    Writing the same event again, or events in any order, leaves the same document.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.collection: Collection = runtime.database["report_progress"]

    async def note(self, steps: Sequence[StepOf]) -> None:
        """Keep steps; one bulk write for the whole batch."""
        writes = [
            UpdateOne({"_id": s.report_id}, {"$set": {f"steps.{s.event_id}": to_document(s.step)}}, upsert=True)
            for s in steps
        ]
        if writes:
            await self.collection.bulk_write(writes, ordered=False)

    async def of(self, report_id: str) -> tuple[Step, ...]:
        """All steps of a report in the order in which routing took them."""
        found = await self.collection.find_one({"_id": report_id})
        steps = [from_document(each, Step) for each in found["steps"].values()] if found else []
        return tuple(sorted(steps, key=lambda step: step.sequence))
