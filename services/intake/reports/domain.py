"""What a report is and what its reporter may do with it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Text
from shared.events import Event
from shared.events.reports import (
    Channel,
    PersonRef,
    Place,
    ReportAnsweredByReporter,
    ReportKind,
    ReportRated,
    ReportReceived,
    ReportReopenRequested,
    ReportWithdrawn,
)
from shared.pending import Change
from shared.text import fold

COARSE_DECIMALS = 3
"""Decimals of a degree that leave the house: about 100 m."""


MOST_MESSAGES = 100
"""What a reporter may add to one report: without an end, its document and its case's would outgrow 16 MB."""


class SevereSign(StrEnum):
    """Signs of a threat to life that a reporter can tick; what to do about any of them is: call 115."""

    CANNOT_BREATHE = "cannot_breathe"
    BLUE_LIPS = "blue_lips"
    UNCONSCIOUS = "unconscious"
    CONVULSION = "convulsion"
    CHEST_PAIN = "chest_pain"
    HEAVY_BLEEDING = "heavy_bleeding"


SIGN_WORDS: Mapping[SevereSign, str] = {
    SevereSign.CANNOT_BREATHE: "khó thở, thở không nổi",
    SevereSign.BLUE_LIPS: "tím môi",
    SevereSign.UNCONSCIOUS: "bất tỉnh",
    SevereSign.CONVULSION: "co giật",
    SevereSign.CHEST_PAIN: "đau ngực dữ dội",
    SevereSign.HEAVY_BLEEDING: "chảy máu nhiều",
}
"""A ticked sign in the words that triage reads and officers use; Vietnamese, whatever the reporter speaks."""


class ReportStatus(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the reporter added later, masked."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as intake keeps it.

    Attributes:
        words: masked; the original stands sealed in `identity`.
        identity: sealed fields (name, phone, address, the exact point, the original words).
        tracking_hash: hash of the tracking code; the code itself is recomputed, never stored.
        severe: the reporter named a threat to life.
        taken_by: the call-taker's account, where one wrote it down.
    """

    kind: ReportKind
    channel: Channel
    language: str
    words: str
    identity: dict[str, bytes]
    about: tuple[tuple[str, str], ...] = ()
    reporter: tuple[tuple[str, str], ...] = ()
    on_behalf: bool = False
    confidential: bool = False
    ward: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    severe: bool = False
    tracking_hash: str
    call_id: str | None = None
    taken_by: str | None = None
    synthetic: bool = False
    status: ReportStatus = ReportStatus.OPEN
    messages: tuple[Message, ...] = field(default=())
    stars: int | None = None
    received_at: datetime


def decide_reception(report_id: str, report: Report) -> Change[Report]:
    """A report is accepted as it is: nobody is turned away for what they say or leave out."""
    return Change(report, (_received(report_id, report),))


def decide_answer(report_id: str, report: Report, text: str, now: datetime) -> Change[Report]:
    """The reporter adds something; a closed case still takes new information (F33).

    Raises:
        Conflict: the report was withdrawn, or has no room for more.
    """
    _require_open(report)
    _require_room(report)
    added = replace(report, messages=(*report.messages, Message(text=text, at=now)))
    return _said(added, ReportAnsweredByReporter(report_id=report_id, text=text, at=now))


def decide_withdrawal(report_id: str, report: Report, now: datetime) -> Change[Report]:
    """The reporter takes the report back; a second time changes nothing."""
    if report.status is ReportStatus.WITHDRAWN:
        return Change(report)
    withdrawn = replace(report, status=ReportStatus.WITHDRAWN)
    return _said(withdrawn, ReportWithdrawn(report_id=report_id, at=now))


def decide_reopening(report_id: str, report: Report, text: str, now: datetime) -> Change[Report]:
    """The reporter says that it is not over; also undoes a withdrawal.

    Raises:
        Conflict: the report has no room for more.
    """
    _require_room(report)
    reopened = replace(report, status=ReportStatus.OPEN, messages=(*report.messages, Message(text=text, at=now)))
    return _said(reopened, ReportReopenRequested(report_id=report_id, text=text, at=now))


def decide_rating(report_id: str, report: Report, stars: int, now: datetime) -> Change[Report]:
    """One to five stars; the last rating counts."""
    return _said(replace(report, stars=stars), ReportRated(report_id=report_id, stars=stars, at=now))


def is_severe(signs: tuple[SevereSign, ...], words: str, danger_words: re.Pattern[str]) -> bool:
    """Whether the citizen must be told to call 115 at once, before anybody has read the report.

    Rather once too often: the words are looked for without understanding the sentence, only a "không" right before
    them is heeded. Triage reads properly, a moment later.
    """
    return bool(signs) or bool(danger_words.search(fold(words)))


def with_signs(words: str, signs: tuple[SevereSign, ...]) -> str:
    """What was said with what was ticked, so that triage and officers read both."""
    if not signs:
        return words
    ticked = ", ".join(SIGN_WORDS[sign] for sign in dict.fromkeys(signs))
    return f"{words}\nNgười bệnh đang {ticked}."


def danger_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for the profile's danger words, folded; `không` or `hết` right before one takes it back."""
    folded = "|".join(sorted((re.escape(fold(phrase)) for phrase in phrases), key=len, reverse=True))
    return re.compile(rf"(?<!\bkhong )(?<!\bko )(?<!\bhet )\b(?:{folded})\b")


def coarse(degrees: float | None) -> float | None:
    """A coordinate as it may travel in an event."""
    return None if degrees is None else round(degrees, COARSE_DECIMALS)


def _said(report: Report, event: Event) -> Change[Report]:
    return Change(report, (event,))


def _require_open(report: Report) -> None:
    if report.status is ReportStatus.WITHDRAWN:
        raise Conflict("report-withdrawn", _WITHDRAWN)


def _require_room(report: Report) -> None:
    if len(report.messages) >= MOST_MESSAGES:
        raise Conflict("report-full", _FULL)


_FULL = Text(
    vi="Phản ánh này đã có quá nhiều lời thêm. Xin gọi đường dây nóng để nói tiếp, hoặc gửi một phản ánh mới.",
    en="Too much was added to this report already. Call the hotline to go on, or send a new report.",
)
_WITHDRAWN = Text(
    vi="Phản ánh này đã được rút lại. Hãy mở lại trước khi viết thêm.",
    en="This report was withdrawn. Reopen it before adding to it.",
)


def _received(report_id: str, report: Report) -> ReportReceived:
    return ReportReceived(
        report_id=report_id,
        kind=report.kind,
        channel=report.channel,
        language=report.language,
        text=report.words,
        about=_refs(report.about),
        reporter=_refs(report.reporter),
        on_behalf=report.on_behalf,
        confidential=report.confidential,
        place=Place(ward=report.ward, latitude=coarse(report.latitude), longitude=coarse(report.longitude)),
        call_id=report.call_id,
        synthetic=report.synthetic,
        received_at=report.received_at,
    )


def _refs(pairs: tuple[tuple[str, str], ...]) -> tuple[PersonRef, ...]:
    return tuple(PersonRef(by=by, ref=ref) for by, ref in pairs)
