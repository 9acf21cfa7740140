"""The store of one kind of aggregate: every write of state and pending events goes through here."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pymongo import ASCENDING, IndexModel, ReturnDocument, timeout
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.aggregate_documents import events_of_fact, fact_document, new_document, update_of
from shared.clock import Clock, now
from shared.errors import Conflict, NotFound, Stale, Text, Unavailable
from shared.events import Cause, Event, PendingEvent, pend
from shared.failpoints import fp
from shared.gathering import Gathering
from shared.mongo import ACCEPT_SECONDS, Collection, Database, Document, already_there, from_document
from shared.pending import Change, Command, CommittedOffsets, Fact, NothingCommitted, Outbox, Versioned
from shared.progress import say_progress

S = TypeVar("S")

_TRIES = 20
"""How often a change is decided anew when others were faster."""


class Aggregates(Generic[S]):
    """The store of one kind of aggregate. A capability's `store.py` builds on it and adds its own queries.

    Args:
        database: the service's own.
        name: the collection.
        state: the frozen dataclass that the aggregate is.
        source: `ce_source` of its events (`/intake/reports`).
        outbox: where written events are handed over.
        committed: what is known of committed offsets.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        state: type[S],
        *,
        source: str,
        outbox: Outbox,
        committed: CommittedOffsets | None = None,
        clock: Clock = now,
    ) -> None:
        self.collection: Collection = database[name]
        self._creating = Gathering(self.collection)
        self._state = state
        self._source = source
        self._outbox = outbox
        self._committed: CommittedOffsets = committed or NothingCommitted()
        self._clock = clock

    async def prepare(self, indexes: Sequence[IndexModel] = ()) -> None:
        """Create the indexes, the relay's among them; call once at start."""
        await self.collection.create_indexes([PENDING_INDEX, *indexes])

    async def find(self, document_id: str) -> Versioned[S] | None:
        """The aggregate, or None."""
        document = await self.collection.find_one({"_id": document_id}, _STATE_ONLY)
        return self.read(document) if document else None

    async def get(self, document_id: str) -> Versioned[S]:
        """The aggregate.

        Raises:
            NotFound: there is none with this id.
        """
        found = await self.find(document_id)
        if found is None:
            raise NotFound("not-found", _NOT_FOUND)
        return found

    async def create(
        self,
        document_id: str,
        change: Change[S],
        cause: Cause,
        *,
        command: Command,
        receipt: Mapping[str, Any] | None = None,
    ) -> Versioned[S]:
        """Accept a new aggregate; the same command again returns the first one, with `first` False.

        Raises:
            Conflict: the id is taken by a command with other content (`idempotency-conflict`).
            TooLarge: an event is longer than may be sent.
            Unavailable: the same command came a moment ago and nobody can say yet whether it will last.
        """
        pending = self._pend(change.events, version=0, cause=cause)
        accepted = {"id": command.id, "digest": command.digest}
        document = new_document(document_id, change, pending, self._clock()) | {
            "accepted": accepted,
            "applied": [accepted],
            "receipt": dict(receipt or {}),
        }
        fp("decided")
        try:
            await self._creating.insert(document)
        except DuplicateKeyError:
            with timeout(ACCEPT_SECONDS):
                return await self._first_answer(document_id, command)
        fp("stored")
        self._outbox.offer(self.collection, document_id, pending)
        return self.read(document)

    async def change(
        self,
        document_id: str,
        decide: Callable[[S], Change[S]],
        cause: Cause,
        *,
        command: Command,
        expected_version: int | None = None,
    ) -> Versioned[S]:
        """Load, decide, save; decided anew when somebody else was faster. A repeated command changes nothing.

        Args:
            document_id: which aggregate.
            decide: the pure decision; whatever it raises is passed on and nothing is changed.
            cause: travels with the events.
            command: recognises a repeat.
            expected_version: from `If-Match`; None takes any.

        Raises:
            NotFound: there is no such aggregate.
            Stale: it is no longer at the expected version.
            Conflict: the command's id was used with other content, or too many others were faster.
        """

        async def decide_now(state: S) -> Change[S]:
            return decide(state)

        return await self.change_async(
            document_id, decide_now, cause, command=command, expected_version=expected_version
        )

    async def change_async(
        self,
        document_id: str,
        decide: Callable[[S], Awaitable[Change[S]]],
        cause: Cause,
        *,
        command: Command,
        expected_version: int | None = None,
    ) -> Versioned[S]:
        """As `change`, for a decision that must look something up first."""
        with timeout(ACCEPT_SECONDS):
            for _ in range(_TRIES):
                document = await self.collection.find_one({"_id": document_id}, _WITHOUT_PENDING)
                say_progress()
                if document is None:
                    raise NotFound("not-found", _NOT_FOUND)
                current = self.read(document)
                if _is_repeat(document, command):
                    return current
                _require_version(current, expected_version)
                change = await decide(current.state)
                saved = await self._save(document, change, cause, command)
                if saved is not None:
                    return saved
        raise Conflict("busy", _BUSY)

    async def record(self, facts: Sequence[Fact[S]]) -> list[PendingEvent]:
        """Write facts in one bulk; those already there are read back, so that a redelivery says the same.

        Returns:
            Every fact's events in order, for the consumer loop to publish before it commits.
        """
        unique: dict[str, Fact[S]] = {}
        for fact in facts:
            unique.setdefault(fact.id, fact)  # the first in the log wins, in one batch as in two
        said = {fact.id: self._pend(fact.change.events, version=0, cause=fact.cause) for fact in unique.values()}
        known = await self._insert_facts(unique.values(), said)
        said |= await self._facts_said(known)
        say_progress()
        fp("stored")
        return [pending for fact_id in unique for pending in said[fact_id]]

    def read(self, document: Document) -> Versioned[S]:
        """A stored document as its aggregate."""
        return Versioned(
            id=document["_id"],
            version=document["version"],
            state=from_document(document["state"], self._state),
            receipt=document.get("receipt", {}),
        )

    async def _insert_facts(self, facts: Iterable[Fact[S]], said: Mapping[str, list[PendingEvent]]) -> list[str]:
        at = self._clock()
        documents = [fact_document(fact, said[fact.id], at) for fact in facts]
        if not documents:
            return []
        try:
            await self.collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return [documents[index]["_id"] for index in already_there(error)]
        return []

    async def _facts_said(self, ids: Sequence[str]) -> dict[str, list[PendingEvent]]:
        if not ids:
            return {}
        found = self.collection.find({"_id": {"$in": list(ids)}}, {"fact": 1})
        return {document["_id"]: events_of_fact(document) async for document in found}

    async def _save(
        self, document: Document, change: Change[S], cause: Cause, command: Command
    ) -> Versioned[S] | None:
        version = document["version"]
        own = self._pend(change.events, version=version, cause=cause)
        pending = [*self._unsaid_fact(document), *own]
        fp("decided")
        after = await self.collection.find_one_and_update(
            {"_id": document["_id"], "version": version},
            update_of(change, version + max(1, len(own)), pending, command, self._clock()),
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            return None
        fp("stored")
        if pending and "unpublishable" not in after:  # what stands behind a refused event waits with it
            waiting = [PendingEvent.from_document(each) for each in after.get("pending", [])]
            self._outbox.offer(self.collection, after["_id"], waiting)
        return self.read(after)

    def _unsaid_fact(self, document: Document) -> list[PendingEvent]:
        """The fact's own events, if nobody can be sure that they were published."""
        fact = document.get("fact")
        if fact is None or document.get("fact_said_again"):
            return []
        if self._committed.is_committed(fact["topic"], fact["partition"], fact["offset"]):
            return []
        return events_of_fact(document)

    def _pend(self, events: Sequence[Event], *, version: int, cause: Cause) -> list[PendingEvent]:
        at = self._clock()
        return [
            pend(event, source=self._source, sequence=version + place, at=at, cause=cause)
            for place, event in enumerate(events, start=1)
        ]

    async def _first_answer(self, document_id: str, command: Command) -> Versioned[S]:
        document = await self.collection.find_one({"_id": document_id}, _WITHOUT_PENDING)
        if document is None:  # the first one has not reached a majority yet, and may never
            raise Unavailable("store-unavailable", _NOT_DURABLE_YET, headers={"Retry-After": "2"})
        accepted = document.get("accepted")
        if accepted is None or accepted["digest"] != command.digest:
            raise Conflict("idempotency-conflict", _OTHER_CONTENT)
        again = self.read(document)
        return Versioned(again.id, again.version, again.state, again.receipt, first=False)


PENDING_INDEX = IndexModel(
    [("pending_since", ASCENDING)],
    name="pending_since",
    partialFilterExpression={"pending_since": {"$exists": True}},
)
"""The relay's index. A scalar: `{"pending.0": {"$exists": true}}` would scan the whole collection (measured)."""

_STATE_ONLY = {"version": 1, "state": 1, "receipt": 1}
_WITHOUT_PENDING = {"pending": 0}

_NOT_FOUND = Text(vi="Không tìm thấy.", en="Not found.")
_BUSY = Text(
    vi="Nhiều người đang sửa cùng lúc. Hãy thử lại.", en="Too many are changing this at once. Please try again."
)
_OTHER_CONTENT = Text(
    vi="Mã yêu cầu (Idempotency-Key) này đã dùng cho nội dung khác. Hãy dùng mã mới.",
    en="This Idempotency-Key was already used with other content. Use a new one.",
)
_NOT_DURABLE_YET = Text(
    vi="Chưa ghi nhận xong; hãy gửi lại cùng Idempotency-Key sau vài giây.",
    en="This is still being recorded; send again with the same Idempotency-Key in a few seconds.",
)
_STALE = Text(
    vi="Dữ liệu đã được người khác thay đổi. Hãy tải lại trang rồi làm lại.",
    en="Somebody else has changed this meanwhile. Reload and try again.",
)


def _is_repeat(document: Document, command: Command) -> bool:
    for applied in document.get("applied", []):
        if applied["id"] == command.id:
            if applied["digest"] != command.digest:
                raise Conflict("idempotency-conflict", _OTHER_CONTENT)
            return True
    return False


def _require_version(current: Versioned[Any], expected: int | None) -> None:
    if expected is not None and current.version != expected:
        raise Stale("stale", _STALE)
