"""The audit through its door: who looked whom up, who changed what, and whether the record is whole (F69).

For operators and the committee. A search is a POST, since addresses are logged, and is itself recorded.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from shared.audit import Audit
from shared.audit_chain import Anchor, AuditEntry, Detail
from shared.security import Person, Role, require
from shared.text import Command, Timestamp, invalid

Auditor = Annotated[Person, require(Role.OPERATOR, Role.COMMITTEE, scope="operations")]
AuditId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/\-]*$", max_length=200)]
Sequence = Annotated[int, Field(ge=1, le=2**53)]


class SearchAudit(Command):
    """What to look for; everything named must fit. The newest come first; `before` goes on where an answer ended."""

    actor: AuditId | None = None
    subject: AuditId | None = None
    action: AuditId | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    before: Sequence | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class KnownHead(Command):
    """A head that was written down earlier, outside: the entry of this sequence must still have this hash."""

    sequence: Sequence | None = None
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "KnownHead":
        if (self.sequence is None) != (self.hash is None):
            raise invalid("pair", "Hãy cho cả số thứ tự và mã băm.", "Name both the sequence and the hash.")
        return self

    @property
    def anchor(self) -> Anchor | None:
        return None if self.sequence is None or self.hash is None else Anchor(self.sequence, self.hash)


class AuditEntryView(BaseModel):
    """One thing that somebody did; `hash` is what the next entry holds as `previous`."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    details: Mapping[str, Detail]
    previous: str
    hash: str

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditEntryView":
        return cls(
            sequence=entry.sequence,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            reason=entry.reason,
            details=entry.details,
            previous=entry.previous,
            hash=entry.hash,
        )


class FoundEntries(BaseModel):
    """The entries, and the `before` of the next search (null where nothing is left)."""

    entries: list[AuditEntryView]
    before: int | None


class ChainView(BaseModel):
    """Whether the chain is whole up to its head; write the head down outside and it can be held against it later."""

    intact: bool
    sequence: int
    hash: str
    broken_at: int | None = None
    reason: str | None = None


async def search_audit(audit: Audit, wanted: SearchAudit, person: Person) -> list[AuditEntry]:
    """The entries that fit; that somebody looked is recorded first."""
    named = {name: value for name, value in wanted if isinstance(value, str)}
    await audit.record(person.account, "audit.searched", "audit", details=named)
    return await audit.search(**dict(wanted))


def audit_router(audit: Audit) -> APIRouter:
    """The routes of one service's audit."""
    routes = APIRouter(prefix="/api/v1/operations", tags=["operations"])

    @routes.post("/audit:search")
    async def search(command: SearchAudit, auditor: Auditor) -> FoundEntries:
        entries = await search_audit(audit, command, auditor)
        more = len(entries) == command.limit and entries[-1].sequence > 1
        return FoundEntries(
            entries=[AuditEntryView.of(each) for each in entries], before=entries[-1].sequence if more else None
        )

    @routes.post("/audit:verify")
    async def verify(known: KnownHead, _: Auditor) -> ChainView:
        head = await audit.head()
        broken = await audit.verify(known.anchor)
        if broken is None:
            return ChainView(intact=True, sequence=head.sequence, hash=head.hash)
        return ChainView(
            intact=False,
            sequence=head.sequence,
            hash=head.hash,
            broken_at=broken.sequence,
            reason=broken.reason,
        )

    return routes
