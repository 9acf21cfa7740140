"""What the services have stored since the demo began, read from MongoDB without their help."""

from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Any, Self

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import PyMongoError

Document = dict[str, Any]

_FIELDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("intake", "reports"): (),
    ("intake", "calls"): ("state.status",),
    ("routing", "cases"): ("state.report_id", "state.flag_id", "state.tasks", "state.timeline"),
    ("routing", "refusals"): ("state.update_id",),
    ("checkpoints", "permits"): (),
    ("checkpoints", "watchlist"): (),
    ("checkpoints", "passes"): ("state.judged",),
    ("checkpoints", "flags"): ("state.pass_id", "state.kind"),
    ("notifications", "alerts"): ("state.status", "state.published_at"),
    ("notifications", "deliveries"): ("state.status", "state.recipient_id"),
    ("intake", "dead_letters"): ("group", "topic", "reason"),
    ("routing", "dead_letters"): ("group", "topic", "reason"),
    ("checkpoints", "dead_letters"): ("group", "topic", "reason"),
    ("notifications", "dead_letters"): ("group", "topic", "reason"),
}
"""The collections that are counted, with what is looked at in their documents."""

Stored = Mapping[tuple[str, str], list[Document]]
"""Documents by (service, collection)."""


class Stores:
    """Used inside `async with`; what is there then is old.

    Args:
        mongo_url: of the replica set.
        prefix: of the databases.
    """

    def __init__(self, mongo_url: str, prefix: str = "haivan") -> None:
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(mongo_url, tz_aware=True)
        self._prefix = prefix
        self._old: dict[tuple[str, str], set[Any]] = {}

    async def __aenter__(self) -> Self:
        for place in _FIELDS:
            documents = self._collection(place).find({}, {"_id": 1})
            self._old[place] = {document["_id"] async for document in documents}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def has(self, service: str, collection: str, record_id: str) -> bool:
        """Whether a record was there before."""
        return record_id in self._old[service, collection]

    async def new(self) -> Stored:
        """What is there now and was not before."""
        return {place: [each async for each in self._new(place)] for place in _FIELDS}

    async def has_undelivered(self, recipients: Collection[str], due: int) -> bool:
        """Whether messages to these are still to be made, sent, or sent again; also while MongoDB does not say.

        Args:
            recipients: who gets them.
            due: how many there must be; while Kafka is away they are not even made.
        """
        theirs = {"state.recipient_id": {"$in": list(recipients)}}
        deliveries = self._collection(("notifications", "deliveries"))
        try:
            waiting = await deliveries.count_documents(theirs | {"state.status": "waiting"})
            return bool(waiting > 0 or await deliveries.count_documents(theirs) < due)
        except PyMongoError:
            return True

    async def _new(self, place: tuple[str, str]) -> Any:
        fields = {"_id": 1} | dict.fromkeys(_FIELDS[place], 1)
        async for document in self._collection(place).find({}, fields):
            if document["_id"] not in self._old[place]:
                yield document

    def _collection(self, place: tuple[str, str]) -> Any:
        service, collection = place
        return self._client[f"{self._prefix}_{service}"][collection]
