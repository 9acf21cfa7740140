"""The audit: every look-up of a person or plate and every change, hash-chained and searchable.

Entries are numbered without a gap and each holds the SHA-256 of the one before, so that an entry deleted, altered or
moved breaks the chain at its place. A separate document anchors the last entry, which shows a chain cut short; where
the two disagree the place is kept and never forgotten. (Who may write both collections can forge both: hence the head
goes to the log every hour, and `haivan audit verify` takes heads that were kept.)

Entries hold ids, never personal data: free text is masked, a subject that looks like a person's number is refused.
"""

import asyncio
import random
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from shared.audit_chain import Anchor, AuditEntry, Break, Detail, find_break, link
from shared.clock import Clock, now
from shared.errors import NotFound, Text
from shared.identity.masking import mask_text
from shared.mongo import DUPLICATE, Database, Document

log = structlog.get_logger(__name__)

ENTRIES = "audit"
HEAD = "audit_head"

_LARGEST_BATCH = 200
_HEAD_EVERY_SECONDS = 3_600.0
_LONGEST_TEXT = 1_000
_THE_HEAD = {"_id": "head"}

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._:/\-]*"
LONGEST_ID = 200
_NOTHING = Text("Không tìm thấy; hãy xem lại mã.", "Not found; check the identifier.")


class Audit:
    """Records and verifies; safe with any number of replicas on one database.

    Entries that arrive while one batch is written go into the next, so that a burst costs few round trips. The
    numbering is decided by the unique `_id`: who comes second reads the new end and tries again.

    Args:
        database: the service's own.
        clock: the present in UTC.
    """

    def __init__(self, database: Database, clock: Clock = now) -> None:
        local = ReadConcern("local")  # the newest end, not the newest that a majority has: fewer collisions
        self._entries = database.get_collection(ENTRIES).with_options(read_concern=local)
        self._head = database.get_collection(HEAD).with_options(read_concern=local)
        self._clock = clock
        self._waiting: list[tuple[AuditEntry, asyncio.Future[AuditEntry]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._tip: Anchor | None = None
        """The end as this process wrote it; what changes it behind our back breaks the chain there."""

    async def prepare(self) -> None:
        """Creates the indexes that searches use."""
        for field in ("actor", "subject", "action", "at"):
            await self._entries.create_index([(field, 1), ("_id", -1)])

    async def record(
        self, actor: str, action: str, subject: str, reason: str = "", details: Mapping[str, Detail] | None = None
    ) -> AuditEntry:
        """Writes one entry; returns when a majority has it. Write it before the answer it accounts for.

        Raises:
            NotFound: nothing here can have this subject: it is no id, or looks like a person's number.
            ValueError: actor or action is no id.
        """
        draft = _draft(self._clock(), actor, action, subject, reason, details or {})
        written: asyncio.Future[AuditEntry] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, written))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        return await written

    async def search(
        self,
        *,
        actor: str | None = None,
        subject: str | None = None,
        action: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AuditEntry]:
        """The newest entries that match, newest first; `before` (a sequence) goes on where a page ended."""
        wanted = {"actor": actor, "subject": subject, "action": action}
        query: Document = {name: value for name, value in wanted.items() if value is not None}
        query |= _between("at", "$gte", since, "$lt", until) | _between("_id", "$gte", None, "$lt", before)
        documents = await self._entries.find(query).sort("_id", -1).limit(limit).to_list(limit)
        return [_entry(document) for document in documents]

    async def head(self) -> Anchor:
        """The anchored end of the chain."""
        return _anchor(await self._head.find_one(_THE_HEAD))

    async def verify(self, known: Anchor | None = None) -> Break | None:
        """The first place where the chain is broken, or None. Reads all of it; writers may go on meanwhile.

        Args:
            known: a head that was kept outside; the entry there must still be that one.
        """
        head = await self._head.find_one(_THE_HEAD)
        found = [Break(head["broken_at"], "this entry was replaced")] if head and "broken_at" in head else []
        if broken := await self._first_break(_anchor(head)):
            found.append(broken)
        if known and await self._hash_at(known.sequence) != known.hash:
            found.append(Break(known.sequence, "this entry is not the one whose head was kept"))
        return min(found, key=lambda each: each.sequence, default=None)

    async def tell_head(self) -> None:
        """Write the head to the log every hour: logs are kept elsewhere, by others, and forging both is harder."""
        while True:
            head = await self.head()
            log.info("audit_head", sequence=head.sequence, hash=head.hash)
            await asyncio.sleep(_HEAD_EVERY_SECONDS)

    async def _hash_at(self, sequence: int) -> str | None:
        entry = await self._entries.find_one({"_id": sequence}, {"hash": True})
        return entry["hash"] if entry else None

    async def _first_break(self, head: Anchor) -> Break | None:
        tip = Anchor()
        async for document in self._entries.find().sort("_id", 1):
            if broken := _check(tip, document):
                return broken
            tip = Anchor(document["_id"], document["hash"])
            if tip.sequence == head.sequence and tip != head:
                return Break(tip.sequence, "this entry was replaced")
        return Break(tip.sequence + 1, "the chain was cut short here") if tip.sequence < head.sequence else None

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            try:
                entries = await self._append([draft for draft, _ in batch])
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait for these entries
                _settle([written for _, written in batch], error)
            else:
                _settle([written for _, written in batch], entries)

    async def _append(self, drafts: Sequence[AuditEntry]) -> list[AuditEntry]:
        written: list[AuditEntry] = []
        while len(written) < len(drafts):
            tip, self._tip = self._tip or await self._read_tip(), None
            inserted = await self._insert(link(drafts[len(written) :], tip))
            written += inserted
            if not inserted:  # another replica was faster: apart by chance the next time
                await asyncio.sleep(random.uniform(0, 0.01))
        self._tip = Anchor(written[-1].sequence, written[-1].hash)
        await self._advance_head(self._tip)
        return written

    async def _insert(self, entries: list[AuditEntry]) -> list[AuditEntry]:
        """Those written before another replica took the next number."""
        try:
            await self._entries.insert_many([_document(entry) for entry in entries], ordered=True)
        except BulkWriteError as error:
            if [each["code"] for each in error.details["writeErrors"]] != [DUPLICATE]:
                raise
            return entries[: error.details["nInserted"]]
        return entries

    async def _read_tip(self) -> Anchor:
        """Where the next entry hangs. After a cut, behind the head: the gap stays for `verify` to find."""
        head = await self.head()  # first, so that it is never ahead of an honest chain
        last = await self._entries.find_one(sort=[("_id", -1)], projection={"hash": True})
        tip = Anchor(last["_id"], last["hash"]) if last else Anchor()
        if tip.sequence < head.sequence:
            return head
        await self._keep_disagreement(head, tip)
        return tip

    async def _keep_disagreement(self, head: Anchor, tip: Anchor) -> None:
        """Before the head moves on: whether the entry it anchors is still the one that was written."""
        there: Document | None = {"hash": tip.hash}
        if head.sequence != tip.sequence:
            there = await self._entries.find_one({"_id": head.sequence}, {"hash": True})
        if head.sequence and (there is None or there["hash"] != head.hash):
            await self._head.update_one(_THE_HEAD, {"$min": {"broken_at": head.sequence}})

    async def _advance_head(self, tip: Anchor) -> None:
        behind = {**_THE_HEAD, "sequence": {"$lt": tip.sequence}}
        try:
            await self._head.update_one(behind, {"$set": {"sequence": tip.sequence, "hash": tip.hash}}, upsert=True)
        except DuplicateKeyError:
            return  # another replica has written more already


def _draft(
    at: datetime, actor: str, action: str, subject: str, reason: str, details: Mapping[str, Detail]
) -> AuditEntry:
    if not _is_id(subject):  # most are named by an address that somebody typed
        log.warning("audit_subject_is_no_id", action=action)
        raise NotFound("not-found", _NOTHING)
    for name, value in (("actor", actor), ("action", action)):
        if not _is_id(value):
            raise ValueError(f"the {name} of an audit entry is an id, never a person's number or name")
    masked = {name: _masked(value) for name, value in details.items()}
    return AuditEntry(
        sequence=0,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        reason=mask_text(reason[:_LONGEST_TEXT]),
        details=masked,
        previous="",
    )


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID and re.fullmatch(ID_PATTERN, text) is not None and mask_text(text) == text


def _masked(value: Detail) -> Detail:
    return mask_text(value[:_LONGEST_TEXT]) if isinstance(value, str) else value


def _document(entry: AuditEntry) -> Document:
    return {
        "_id": entry.sequence,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "details": dict(entry.details),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _entry(document: Document) -> AuditEntry:
    fields = {name: value for name, value in document.items() if name not in {"_id", "hash"}}
    return AuditEntry(sequence=document["_id"], **fields)


def _check(tip: Anchor, document: Document) -> Break | None:
    try:
        return find_break(tip, _entry(document), document["hash"])
    except (KeyError, TypeError, AttributeError):  # a field is gone, added or of another type
        return Break(tip.sequence + 1, "this entry was altered")


def _anchor(head: Document | None) -> Anchor:
    return Anchor(head["sequence"], head["hash"]) if head else Anchor()


def _between(field: str, low: str, least: Any, high: str, most: Any) -> Document:
    bounds = {operator: value for operator, value in ((low, least), (high, most)) if value is not None}
    return {field: bounds} if bounds else {}


def _settle(waiting: Sequence[asyncio.Future[AuditEntry]], outcome: Sequence[AuditEntry] | Exception) -> None:
    """Tells each caller that still waits."""
    for place, written in enumerate(waiting):
        if written.done():
            continue
        if isinstance(outcome, Exception):
            written.set_exception(outcome)
        else:
            written.set_result(outcome[place])
