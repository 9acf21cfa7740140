"""What a recorded pass is, and how a supervisor decides otherwise. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.checkpoints.passes.judging import Direction, Reason
from shared.errors import Conflict, Text
from shared.events.checkpoints import FlagKind, PassRecorded, Verdict
from shared.events.reports import PersonRef
from shared.pending import Change

LATE = timedelta(minutes=5)
"""Heard of later than this after it happened, a pass was waiting on a device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A supervisor decided otherwise; `reason` is masked."""

    verdict: Verdict
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A vehicle (or people on foot) at a post.

    Attributes:
        vehicles: keyed references of tractor and trailer.
        persons: keyed references of the people, as (by, ref).
        identity: plates, code, names, numbers, where from; sealed as one text.
        odd_plate: a plate whose form nobody knows; worth a look, never a reason to refuse.
        judged: the verdict of the rules; `verdict` is what counts.
        hits: the watch-list entries that matched.
        observed_at: when it stood there, by the device's clock; recorded_at: when it was heard of, by ours.
    """

    post: str
    lane: int
    direction: Direction
    vehicles: tuple[str, ...]
    persons: tuple[tuple[str, str], ...] = ()
    identity: dict[str, bytes]
    odd_plate: bool = False
    people: int
    temperature: float | None = None
    judged: Verdict
    reasons: tuple[Reason, ...]
    flags: tuple[FlagKind, ...]
    permit_id: str | None = None
    hits: tuple[str, ...] = ()
    override: Override | None = None
    device: str | None = None
    officer: str
    observed_at: datetime
    recorded_at: datetime
    synthetic: bool = False

    @property
    def verdict(self) -> Verdict:
        return self.override.verdict if self.override else self.judged

    @property
    def is_late(self) -> bool:
        return self.recorded_at - self.observed_at > LATE


def decide_recording(pass_id: str, seen: Pass) -> Change[Pass]:
    """A pass is recorded as it was: nothing that happened is refused."""
    return Change(seen, (_recorded(pass_id, seen),))


def decide_override(pass_id: str, seen: Pass, override: Override) -> Change[Pass]:
    """A supervisor takes another decision, with a reason; the rules' verdict is kept beside it.

    The event says the whole pass anew, with the next sequence.

    Raises:
        Conflict: nothing would change, or somebody who is looked for by a number would be let through.
    """
    if override.verdict is seen.verdict:
        raise Conflict("verdict-unchanged", _UNCHANGED)
    if override.verdict is Verdict.ALLOW and Reason.WATCHLIST in seen.reasons:
        raise Conflict("watchlist-stands", _STANDS)
    changed = replace(seen, override=override)
    return Change(changed, (_recorded(pass_id, changed),))


def _recorded(pass_id: str, seen: Pass) -> PassRecorded:
    return PassRecorded(
        pass_id=pass_id,
        post_id=seen.post,
        lane=seen.lane,
        direction=seen.direction.value,
        vehicles=tuple(PersonRef(by="plate", ref=ref) for ref in seen.vehicles),
        people=seen.people,
        verdict=seen.verdict,
        reasons=tuple(reason.value for reason in seen.reasons),
        overridden=seen.override is not None,
        permit_id=seen.permit_id,
        flags=seen.flags,
        synthetic=seen.synthetic,
        observed_at=seen.observed_at,
        recorded_at=seen.recorded_at,
    )


_UNCHANGED = Text(vi="Kết luận vẫn như cũ; không có gì để đổi.", en="The verdict stays the same; nothing to change.")
_STANDS = Text(
    vi="Xe hoặc người này đang bị tìm; chỉ công an hoặc CDC mới kết thúc việc theo dõi.",
    en="This vehicle or person is looked for; only police or CDC can end that.",
)
