"""The audit through its door: who looked whom up, who changed what, and whether the record is whole (F69).

For operators and the committee. A search is a POST, since addresses are logged, and is itself recorded.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.audit import ID_PATTERN, LONGEST_ID, Audit
from shared.audit_chain import Anchor, Detail
from shared.security import Person, Role, require
from shared.text import Command, Timestamp, invalid

AUDITORS = (Role.OPERATOR, Role.COMMITTEE)

Auditor = Annotated[Person, require(*AUDITORS, scope="operations")]
AuditId = Annotated[str, Field(pattern=f"^{ID_PATTERN}$", max_length=LONGEST_ID)]
EntryNumber = Annotated[int, Field(ge=1, le=2**53)]


class SearchAudit(Command):
    """What to look for; everything named must fit. The newest come first; `before` goes on where an answer ended."""

    actor: AuditId | None = None
    subject: AuditId | None = None
    action: AuditId | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    before: EntryNumber | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class KnownHead(Command):
    """A head that was written down earlier, outside: the entry of this sequence must still have this hash."""

    sequence: EntryNumber | None = None
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

    model_config = ConfigDict(from_attributes=True)

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    details: Mapping[str, Detail]
    previous: str
    hash: str


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


async def search_audit(audit: Audit, wanted: SearchAudit, person: Person) -> FoundEntries:
    """The entries that fit; that somebody looked is recorded first."""
    named = {name: value for name, value in wanted if isinstance(value, str)}
    await audit.record(person.account, "audit.searched", "audit", details=named)
    entries = [AuditEntryView.model_validate(each) for each in await audit.search(**dict(wanted))]
    is_more = len(entries) == wanted.limit and entries[-1].sequence > 1
    return FoundEntries(entries=entries, before=entries[-1].sequence if is_more else None)


def audit_router(audit: Audit) -> APIRouter:
    """The routes of one service's audit."""
    routes = APIRouter(prefix="/api/v1/operations", tags=["operations"])

    @routes.post("/audit:search")
    async def search(command: SearchAudit, auditor: Auditor) -> FoundEntries:
        return await search_audit(audit, command, auditor)

    @routes.post("/audit:verify")
    async def verify(known: KnownHead, _: Auditor) -> ChainView:
        head = await audit.head()
        broken = await audit.verify(known.anchor)
        return ChainView(
            intact=broken is None,
            sequence=head.sequence,
            hash=head.hash,
            broken_at=broken.sequence if broken else None,
            reason=broken.reason if broken else None,
        )

    return routes
