"""Deliveries in MongoDB: jobs to be claimed, and the ledger. The only file here that knows documents."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.notifications.deliveries.domain import (
    Delivery,
    DeliveryStatus,
    Settlement,
    Try,
    What,
    decide_settlement,
)
from shared.clock import Clock
from shared.events import Cause
from shared.ids import new_id
from shared.jobs import Attempt
from shared.mongo import Document, to_document
from shared.pending import Command, Versioned
from shared.runtime import Runtime

GROUP = "notifications.deliveries"
_AT_ONCE = 4
"""Calls under way to one recipient: one that is slow and has many messages leaves the others their share."""
_SETTLED = [DeliveryStatus.SENT.value, DeliveryStatus.GIVEN_UP.value]


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed delivery; its claim is what settles it."""

    id: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Tried(Attempt):
    """An attempt's outcome with how long it took."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the messages about one alert."""

    waiting: int = 0
    sent: int = 0
    given_up: int = 0


class MongoDeliveries:
    """The deliveries of this service; a `shared.jobs.JobStore`.

    Leases go by the processes' clocks: a lease is 20 s longer than the longest call, and so bears clocks that far
    apart. Should it be outlived all the same, the recipient gets the same `webhook-id` twice and knows.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("deliveries", Delivery, group=GROUP)
        self._clock: Clock = runtime.clock

    async def prepare(self) -> None:
        waiting = {"state.status": DeliveryStatus.WAITING.value}
        await self.aggregates.prepare(
            [
                IndexModel([("state.about", ASCENDING), ("state.what", ASCENDING), ("_id", ASCENDING)]),
                IndexModel([("state.status", ASCENDING)]),
                IndexModel([("state.next_attempt_at", ASCENDING)], name="due", partialFilterExpression=waiting),
                IndexModel([("state.recipient_id", ASCENDING), ("_id", DESCENDING)]),
            ]
        )

    async def claim(self, holder: str, lease: timedelta, limit: int) -> list[Job]:
        """Take due deliveries.

        One durable write says for all of them that an attempt is under way, by whom and until when; a delivery that
        another process takes meanwhile no longer matches.
        """
        now = self._clock()
        ids = await self._due(now, limit)
        if not ids:
            return []
        claim = f"{holder}/{new_id()}"
        await self.aggregates.collection.update_many(
            {"_id": {"$in": ids}, **_due_at(now)},
            {
                "$set": {"state.claim": claim, "state.next_attempt_at": now + lease, "updated_at": now},
                "$push": {"state.tries": to_document(Try(at=now, claim=claim))},
                "$inc": {"version": 1},
            },
        )
        mine = self.aggregates.collection.find({"_id": {"$in": ids}, "state.claim": claim})
        read = [self.aggregates.read(document) async for document in mine]
        return [Job(each.id, each.state) for each in read]

    async def settle(self, job: Job, attempt: Attempt) -> Versioned[Delivery]:
        """Write the outcome with its event."""
        settled = Settlement(
            claim=job.delivery.claim,
            ok=attempt.ok,
            reason=attempt.reason,
            again_at=attempt.again_at,
            seconds=round(attempt.seconds, 3) if isinstance(attempt, Tried) else 0.0,
        )
        return await self.aggregates.change(
            job.id,
            lambda delivery: decide_settlement(job.id, delivery, settled, self._clock()),
            Cause(id=job.delivery.event_id, correlation=job.delivery.about),
            command=Command(id=f"settle/{job.delivery.claim}"),
        )

    async def ledger(
        self, about: str, *, limit: int, after: tuple[str, str] | None = None
    ) -> list[Versioned[Delivery]]:
        """The deliveries about an alert; `after` (what, id) goes on where a page ended."""
        query: Document = {"state.about": about}
        if after is not None:
            what, delivery_id = after
            query["$or"] = [
                {"state.what": {"$gt": what}},
                {"state.what": what, "_id": {"$gt": delivery_id}},
            ]
        order = [("state.what", ASCENDING), ("_id", ASCENDING)]
        found = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in found]

    async def tally(self, about: str) -> dict[What, Tally]:
        """How many messages about an alert wait, arrived, were given up."""
        groups = self.aggregates.collection.aggregate(
            [
                {"$match": {"state.about": about}},
                {"$group": {"_id": {"what": "$state.what", "status": "$state.status"}, "n": {"$sum": 1}}},
            ]
        )
        counted: dict[What, dict[str, int]] = {}
        async for group in groups:
            counted.setdefault(What(group["_id"]["what"]), {})[group["_id"]["status"]] = group["n"]
        return {what: Tally(**numbers) for what, numbers in counted.items()}

    async def settled(self) -> int:
        """How many deliveries have ended, one way or the other."""
        return await self.aggregates.collection.count_documents({"state.status": {"$in": _SETTLED}})

    async def waiting(self) -> int:
        """How many are still to be delivered."""
        return await self.aggregates.collection.count_documents({"state.status": DeliveryStatus.WAITING.value})

    async def _due(self, now: datetime, limit: int) -> list[str]:
        """Those that waited longest, but few at once for one recipient."""
        fields = {"state.recipient_id": 1}
        due = self.aggregates.collection.find(_due_at(now), fields).sort("state.next_attempt_at", ASCENDING)
        candidates = await due.limit(_AT_ONCE * limit).to_list(_AT_ONCE * limit)
        busy = await self._busy([each["state"]["recipient_id"] for each in candidates], now) if candidates else {}
        chosen: list[str] = []
        for each in candidates:
            recipient = each["state"]["recipient_id"]
            if busy.get(recipient, 0) < _AT_ONCE and len(chosen) < limit:
                busy[recipient] = busy.get(recipient, 0) + 1
                chosen.append(each["_id"])
        return chosen

    async def _busy(self, recipients: Sequence[str], now: datetime) -> dict[str, int]:
        under_way = self.aggregates.collection.find(
            {
                "state.recipient_id": {"$in": list(set(recipients))},
                "state.status": DeliveryStatus.WAITING.value,
                "state.claim": {"$ne": ""},
                "state.next_attempt_at": {"$gt": now},
            },
            {"state.recipient_id": 1},
        )
        return Counter([each["state"]["recipient_id"] async for each in under_way])


def _due_at(now: datetime) -> Document:
    return {"state.status": DeliveryStatus.WAITING.value, "state.next_attempt_at": {"$lte": now}}
