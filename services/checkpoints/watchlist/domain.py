"""What an entry of the watch list is, and when it counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, FieldProblem, Text, Unprocessable
from shared.events.checkpoints import WatchlistChanged
from shared.pending import Change

LONGEST = timedelta(days=366)
"""An entry that is still needed after a year is approved anew."""


class WatchBy(StrEnum):
    """By what somebody or something is recognised."""

    PLATE = "plate"
    CCCD = "cccd"
    PHONE = "phone"
    NAME = "name"


class WatchReason(StrEnum):
    """Why police or CDC look for a person or vehicle."""

    CONTACT_LOST = "contact_lost"
    CONTACT_NOT_ARRIVED = "contact_not_arrived"
    LEFT_QUARANTINE = "left_quarantine"
    CARRIED_PEOPLE_OUT = "carried_people_out"
    FORGED_CERTIFICATE = "forged_certificate"
    EVADED_POST = "evaded_post"
    FALSE_DECLARATION = "false_declaration"
    OTHER = "other"


REASON_TEXTS: Mapping[WatchReason, Text] = {
    WatchReason.CONTACT_LOST: Text("F1 mất liên lạc", "Contact who cannot be reached"),
    WatchReason.CONTACT_NOT_ARRIVED: Text("F1 chưa đến nơi cách ly", "Contact who did not reach quarantine"),
    WatchReason.LEFT_QUARANTINE: Text("Rời khu cách ly", "Left a quarantine site"),
    WatchReason.CARRIED_PEOPLE_OUT: Text("Xe chở người trốn cách ly", "Carried people out of quarantine"),
    WatchReason.FORGED_CERTIFICATE: Text("Giấy xét nghiệm giả", "Forged test certificate"),
    WatchReason.EVADED_POST: Text("Né hoặc vượt chốt", "Evaded or drove through a post"),
    WatchReason.FALSE_DECLARATION: Text("Khai báo gian dối", "False declaration"),
    WatchReason.OTHER: Text("Lý do khác", "Another reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the watch list.

    Attributes:
        ref: keyed reference of the plate, identity number or phone; None for a name.
        name_keys: keyed hashes by which a name is found; empty for all else.
        folded: the folded name, sealed for matching.
        identity: the value as it was written, sealed; opened by the audited look-up only.
        note: more than the reason says, masked.
        approved_by: the account that answers for the entry.
    """

    by: WatchBy
    ref: str | None = None
    name_keys: tuple[int, ...] = ()
    folded: bytes | None = None
    identity: dict[str, bytes]
    reason: WatchReason
    note: str = ""
    source: str
    expires_at: datetime
    approved_by: str
    added_by: str
    added_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""
    synthetic: bool = False

    def counts_at(self, when: datetime) -> bool:
        """Whether a pass of that moment is a hit.

        An entry added only after the pass counts: where somebody was yesterday is what police want to know today.
        """
        return when < self.expires_at and (self.ended_at is None or when < self.ended_at)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that matches what stood at a post; `by` says how sure that is."""

    entry_id: str
    by: WatchBy


def decide_listing(entry_id: str, entry: Entry, now: datetime) -> Change[Entry]:
    """Somebody or something is looked for from now on.

    Raises:
        Unprocessable: it would expire in the past, or only after a year.
    """
    if not now < entry.expires_at <= now + LONGEST:
        raise Unprocessable("invalid-fields", _EXPIRY, fields=[FieldProblem("expires_at", _EXPIRY)])
    return Change(entry, (_changed(entry_id, entry, now),))


def decide_removal(entry_id: str, entry: Entry, reason: str, by: str, now: datetime) -> Change[Entry]:
    """Nobody looks any more.

    Raises:
        Conflict: it has ended already.
    """
    if not entry.counts_at(now):
        raise Conflict("entry-ended", _ENDED)
    ended = replace(entry, ended_at=now, ended_by=by, end_reason=reason)
    return Change(ended, (_changed(entry_id, ended, now),))


def _changed(entry_id: str, entry: Entry, now: datetime) -> WatchlistChanged:
    return WatchlistChanged(
        entry_id=entry_id,
        active=entry.counts_at(now),
        reason=entry.reason.value,
        source=entry.source,
        expires_at=entry.expires_at,
        at=now,
    )


_EXPIRY = Text(
    vi="Hạn theo dõi phải sau lúc này và không quá một năm.",
    en="The expiry must lie ahead, and no further than a year.",
)
_ENDED = Text(vi="Mục này đã hết hiệu lực.", en="This entry has ended already.")
