"""The watch list's desk: add, end, look up, match; every change and every look-up is audited."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.checkpoints.posts.duty import require_agency
from services.checkpoints.watchlist.commands import FindEntries, StopWatching, WatchFor
from services.checkpoints.watchlist.domain import (
    REASON_TEXTS,
    Entry,
    Hit,
    WatchBy,
    WatchReason,
    decide_listing,
    decide_removal,
)
from services.checkpoints.watchlist.matching import Marks, Matching
from services.checkpoints.watchlist.names import is_same_name
from services.checkpoints.watchlist.store import MongoWatchlist
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.http import command_digest
from shared.identity.masking import mask_text
from shared.identity.vault import Vault
from shared.ids import derived_id
from shared.pending import Command, Versioned
from shared.profile import Profile, Watched
from shared.security import Person

SOURCES = ("police", "cdc")
"""Whose list it is."""
SEED = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDesk:
    """The use cases of the watch list."""

    watchlist: MongoWatchlist
    matching: Matching
    vault: Vault
    profile: Profile
    audit: Audit
    clock: Clock

    async def add(self, entry_id: str, command: WatchFor, person: Person) -> Versioned[Entry]:
        """Look for somebody or something.

        Raises:
            Forbidden: the person is neither of police, CDC nor the committee.
        """
        require_agency(person, *SOURCES)
        source, approver = person.agency or "committee", command.approved_by or person.account
        details = {"by": command.by.value, "reason": command.reason.value, "approved_by": approver}
        await self.audit.record(person.account, "watchlist.added", f"watchlist/{entry_id}", details=details)
        entry = await self._entry(entry_id, command, source=source, approver=approver, by=person.account)
        return await self._create(entry_id, entry, command_digest(command))

    async def end(self, entry_id: str, command: StopWatching, key: str, person: Person) -> Versioned[Entry]:
        """Nobody looks any more."""
        require_agency(person, *SOURCES)
        await self.audit.record(person.account, "watchlist.ended", f"watchlist/{entry_id}", command.reason)
        now, reason = self.clock(), mask_text(command.reason)
        return await self.watchlist.aggregates.change(
            entry_id,
            lambda entry: decide_removal(entry_id, entry, reason, person.account, now),
            cause_of_command(key),
            command=Command(id=key, digest=command_digest(command)),
        )

    async def find(self, command: FindEntries, person: Person) -> list[Versioned[Entry]]:
        """The entries of a value; recorded without the value."""
        require_agency(person, *SOURCES)
        await self.audit.record(person.account, "watchlist.searched", "watchlist", details={"by": command.by.value})
        return await self._matching(self.matching.marks(command.by, command.normal))

    async def value(self, entry_id: str, reason: str, person: Person) -> str:
        """Whom an entry seeks; written into the audit before it is answered.

        Raises:
            NotFound: there is no such entry, or its identity was erased.
        """
        require_agency(person, *SOURCES)
        entry = await self.watchlist.aggregates.get(entry_id)
        await self.audit.record(person.account, "watchlist.read", f"watchlist/{entry_id}", reason)
        return (await self.vault.open(entry_id, entry.state.identity))["value"]

    async def hits(self, marks: Marks, when: datetime) -> tuple[Hit, ...]:
        """What of these marks is on the list at that moment."""
        found = await self._matching(marks)
        return tuple(Hit(entry.id, entry.state.by) for entry in found if entry.state.counts_at(when))

    async def seed(self) -> None:
        """The synthetic entries of the profile, for those who try it; those that are there stay as they are."""
        for watched in self.profile.watchlist:
            entry_id = derived_id("watchlist", watched.id)
            if await self.watchlist.aggregates.find(entry_id) is None:
                command = _seeded(watched, self.clock())
                entry = await self._entry(entry_id, command, source=watched.source, approver=SEED, by=SEED)
                await self._create(entry_id, entry, None)

    async def _matching(self, marks: Marks) -> list[Versioned[Entry]]:
        by_ref, by_name = await asyncio.gather(
            self.watchlist.by_refs(marks.refs), self.watchlist.by_name_keys(marks.name_keys)
        )
        return [*by_ref, *(entry for entry in by_name if self._is_named(entry, marks.names))]

    def _is_named(self, entry: Versioned[Entry], names: tuple[str, ...]) -> bool:
        if entry.state.folded is None:
            return False
        sought = self.matching.open(entry.id, entry.state.folded)
        return any(is_same_name(sought, name) for name in names)

    def entry(
        self, entry_id: str, command: WatchFor, sealed: Mapping[str, bytes], *, source: str, approver: str, by: str
    ) -> Entry:
        """The entry as it is kept; `sealed` is its value in the vault's form."""
        value = command.normal
        marks, is_name = self.matching.marks(command.by, value), command.by is WatchBy.NAME
        return Entry(
            by=command.by,
            ref=marks.refs[0] if marks.refs else None,
            name_keys=marks.name_keys,
            folded=self.matching.seal(entry_id, value) if is_name else None,
            identity={name: bytes(each) for name, each in sealed.items()},
            reason=command.reason,
            note=mask_text(command.note or "", [value] if is_name else []),
            source=source,
            expires_at=command.expires_at,
            approved_by=approver,
            added_by=by,
            added_at=self.clock(),
            synthetic=command.synthetic,
        )

    async def _entry(self, entry_id: str, command: WatchFor, *, source: str, approver: str, by: str) -> Entry:
        sealed = await self.vault.seal(entry_id, {"value": command.normal})
        return self.entry(entry_id, command, sealed, source=source, approver=approver, by=by)

    async def _create(self, entry_id: str, entry: Entry, digest: str | None) -> Versioned[Entry]:
        return await self.watchlist.aggregates.create(
            entry_id,
            decide_listing(entry_id, entry, entry.added_at),
            cause_of_command(entry_id),
            command=Command(id=entry_id, digest=digest),
        )


def reason_of(words: str) -> WatchReason:
    """The reason that the profile says in words."""
    return next((reason for reason, text in REASON_TEXTS.items() if words in {text.vi, text.en}), WatchReason.OTHER)


def _seeded(watched: Watched, now: datetime) -> WatchFor:
    reason = reason_of(watched.reason.en)
    return WatchFor(
        by=WatchBy(watched.by),
        value=watched.value,
        reason=reason,
        note=watched.reason.vi if reason is WatchReason.OTHER else None,
        expires_at=now + timedelta(days=watched.days),
        synthetic=True,
    )
