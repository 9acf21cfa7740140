"""The shape of the audit chain, pure: what an entry is, how the next one hangs on it, where a chain is broken."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

Detail = str | int | bool | None

GENESIS = "0" * 64
"""What the first entry holds as the hash of the one before."""

_CONTENT = ("sequence", "actor", "action", "subject", "reason", "details", "previous")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did.

    Attributes:
        sequence: 1, 2, 3, … without a gap.
        at: when, UTC.
        actor: the account's id, or the service for what nobody asked for (`service:routing`).
        action: past participle, dotted: `identity.looked_up`.
        subject: the id or reference of what it was done to.
        reason: what the actor gave as reason, masked.
        details: a few more values, masked.
        previous: hex SHA-256 of the entry before.
    """

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    details: Mapping[str, Detail]
    previous: str

    @property
    def hash(self) -> str:
        """Hex SHA-256 over the canonical content: JSON, keys sorted, no spaces, UTF-8, time in milliseconds."""
        content = {name: getattr(self, name) for name in _CONTENT} | {"at": round(self.at.timestamp() * 1000)}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the chain: a sequence (0 before the first entry) and the hash of the entry there."""

    sequence: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold, and how."""

    sequence: int
    reason: str


def link(drafts: Sequence[AuditEntry], tip: Anchor) -> list[AuditEntry]:
    """The drafts as the entries that follow `tip`; a draft's own sequence and previous hash are replaced."""
    entries = []
    for draft in drafts:
        entry = replace(draft, sequence=tip.sequence + 1, previous=tip.hash)
        tip = Anchor(entry.sequence, entry.hash)
        entries.append(entry)
    return entries


def find_break(tip: Anchor, entry: AuditEntry, stored_hash: str) -> Break | None:
    """What is wrong with `entry`, which should follow `tip` and was stored with `stored_hash`."""
    expected = tip.sequence + 1
    if entry.sequence != expected:
        return Break(expected, "this entry is missing")
    if entry.hash != stored_hash:
        return Break(expected, "this entry was altered")
    if entry.previous != tip.hash:
        return Break(expected, "this entry does not follow the one before it")
    return None
