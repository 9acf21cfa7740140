"""What is answered about a pass: the verdict in words, and nothing of who was in the vehicle."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from services.checkpoints.passes.domain import Pass
from services.checkpoints.passes.judging import Direction, Judgement, Reason
from services.checkpoints.passes.wording import REASONS, TITLES, TONES
from shared.events.checkpoints import FlagKind, Verdict


class ReasonView(BaseModel):
    """A reason, in words an officer can say aloud."""

    reason: Reason
    vi: str
    en: str


class VerdictView(BaseModel):
    """What to do, and why."""

    verdict: Verdict
    tone: str
    title_vi: str
    title_en: str
    reasons: tuple[ReasonView, ...]
    flags: tuple[FlagKind, ...]
    permit_id: str | None

    @classmethod
    def of(cls, judgement: Judgement) -> "VerdictView":
        return cls(
            verdict=judgement.verdict,
            tone=TONES[judgement.verdict],
            title_vi=TITLES[judgement.verdict].vi,
            title_en=TITLES[judgement.verdict].en,
            reasons=in_words(judgement.reasons),
            flags=judgement.flags,
            permit_id=judgement.permit_id,
        )


class PassView(VerdictView):
    """A recorded pass; both clocks, so that a late upload shows as one."""

    pass_id: str
    post: str
    lane: int
    direction: Direction
    people: int
    judged: Verdict
    overridden: bool
    late: bool
    odd_plate: bool
    observed_at: datetime
    recorded_at: datetime

    @classmethod
    def of_pass(cls, pass_id: str, seen: Pass) -> "PassView":
        return cls(
            verdict=seen.verdict,
            tone=TONES[seen.verdict],
            title_vi=TITLES[seen.verdict].vi,
            title_en=TITLES[seen.verdict].en,
            reasons=in_words(seen.reasons),
            flags=seen.flags,
            permit_id=seen.permit_id,
            pass_id=pass_id,
            post=seen.post,
            lane=seen.lane,
            direction=seen.direction,
            people=seen.people,
            judged=seen.judged,
            overridden=seen.override is not None,
            late=seen.is_late,
            odd_plate=seen.odd_plate,
            observed_at=seen.observed_at,
            recorded_at=seen.recorded_at,
        )


def in_words(reasons: Iterable[Reason]) -> tuple[ReasonView, ...]:
    return tuple(ReasonView(reason=reason, vi=REASONS[reason].vi, en=REASONS[reason].en) for reason in reasons)
