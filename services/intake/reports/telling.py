"""What the tracking page tells of a report, in one language: stations, moments, what happens now. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.intake.reports.desk import Tracked
from services.intake.reports.domain import Report
from services.intake.reports.progress import Picture, Stage, Step, What
from services.intake.reports.wording import KINDS, Say
from shared.errors import Text
from shared.profile import Profile
from shared.web.language import Language
from shared.web.language import mark as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One of the four stations that every report passes. `state` is done, current, ahead or stopped."""

    label: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened, newest first on the page."""

    at: datetime
    title: str
    text: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an agency asks the reporter."""

    asker: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as its reporter sees it.

    Attributes:
        now: what happens now or is to be done.
        by: until when; None where nothing is promised.
        is_late: the promise was not kept.
        call_emergency: whether to be told to call 115 first of all.
    """

    code: str
    kind: str
    stage: Stage
    now: str
    by: datetime | None
    is_late: bool
    call_emergency: bool
    urgency: str | None
    stations: tuple[Station, ...]
    moments: tuple[Moment, ...]
    questions: tuple[Question, ...]
    stars: int | None

    @property
    def is_over(self) -> bool:
        return self.stage in _OVER


_OVER = frozenset({Stage.CLOSED, Stage.WITHDRAWN})


def told(tracked: Tracked, profile: Profile, language: Language, say: Say, now: datetime) -> Told:
    """Everything the tracking page shows, in words."""
    report, picture = tracked.report.state, tracked.picture
    names = _Names(profile, language)
    is_over = picture.stage in _OVER
    text, by = _what_now(tracked, names, say)
    return Told(
        code=tracked.code,
        kind=say(KINDS[report.kind].name),
        stage=picture.stage,
        now=text,
        by=by,
        is_late=by is not None and now > by,
        call_emergency=tracked.call_emergency and not is_over,
        urgency=picture.urgency,
        stations=tuple(_stations(report, picture, names, say)),
        moments=_moments(report, picture, names, say),
        questions=tuple(
            Question(asker=names.of(step.agency), text=step.text, at=step.at) for step in picture.questions
        ),
        stars=report.stars,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    profile: Profile
    language: Language

    def of(self, agency: str | None) -> str:
        """The agency's name; one that the profile no longer has goes by its id."""
        known = {each.id: each.name for each in self.profile.agencies}
        return self.side(known[agency]) if agency in known else agency or ""

    def side(self, text: Text) -> str:
        return text.en if self.language == "en" else text.vi

    def of_all(self, picture: Picture) -> str:
        return ", ".join(self.of(agency) for agency in picture.agencies)


def _what_now(tracked: Tracked, names: _Names, say: Say) -> tuple[str, datetime | None]:
    picture = tracked.picture
    if picture.stage is Stage.WITHDRAWN:
        return say(_("Bạn đã rút lại phản ánh này. Nếu vẫn cần giúp, hãy mở lại.")), None
    if picture.stage is Stage.CLOSED:
        return say(_("Các cơ quan đã làm xong. Nếu chưa ổn, hãy mở lại; nếu ổn, hãy chấm điểm.")), None
    if picture.questions:
        asker = names.of(picture.questions[-1].agency)
        return say(_("%(agency)s đang chờ bạn trả lời.")) % {"agency": asker}, None
    if picture.is_answered:
        return say(_("%(agency)s đang làm tiếp; trả lời mới sẽ hiện ở trang này.")) % {
            "agency": names.of_all(picture)
        }, picture.done_by
    return names.side(tracked.next_step), tracked.answer_by


def _stations(report: Report, picture: Picture, names: _Names, say: Say) -> Iterator[Station]:
    """Four stations; a withdrawn report stops at the one it had reached."""
    reached = _REACHED[picture.stage]
    sent, taken = _first(picture, What.ASSIGNED), _first(picture, What.ACKNOWLEDGED)
    closed = next((step.at for step in reversed(picture.steps) if step.closed), None)
    agencies = names.of_all(picture)
    to_whom = (
        say(_("Chuyển đến %(agencies)s")) % {"agencies": agencies} if agencies else say(_("Chọn cơ quan giải quyết"))
    )
    labels = (say(_("Đã nhận phản ánh")), to_whom, say(_WORK[picture.stage]), say(_("Giải quyết xong")))
    moments = (report.received_at, sent, taken, closed)
    if picture.stage is Stage.WITHDRAWN:
        yield Station(label=labels[0], state="done", at=moments[0])
        yield Station(label=say(_("Bạn đã rút lại")), state="stopped")
        return
    for place, (label, at) in enumerate(zip(labels, moments, strict=True)):
        state = "done" if place < reached else "current" if place == reached else "ahead"
        yield Station(label=label, state=state, at=at if place < reached or at else None)


_REACHED: Mapping[Stage, int] = {
    Stage.RECEIVED: 1,
    Stage.WITH_AGENCY: 2,
    Stage.IN_PROGRESS: 2,
    Stage.ASKED: 2,
    Stage.CLOSED: 4,
    Stage.WITHDRAWN: 1,
}
_WORK: Mapping[Stage, str] = {
    Stage.RECEIVED: _("Cơ quan giải quyết"),
    Stage.WITH_AGENCY: _("Chờ cơ quan nhận việc"),
    Stage.IN_PROGRESS: _("Cơ quan đang giải quyết"),
    Stage.ASKED: _("Cơ quan chờ bạn trả lời"),
    Stage.CLOSED: _("Cơ quan giải quyết"),
    Stage.WITHDRAWN: _("Cơ quan giải quyết"),
}

_SAID: Mapping[What, tuple[str, str]] = {
    What.ASSIGNED: (_("Đã chuyển đến %(agency)s"), ""),
    What.ACKNOWLEDGED: (_("%(agency)s đã nhận việc"), "good"),
    What.DECLINED: (_("%(agency)s không nhận việc này; việc được chuyển đi ngay"), "warning"),
    What.ASKED: (_("%(agency)s hỏi bạn"), "warning"),
    What.PROGRESSED: (_("%(agency)s cho biết"), ""),
    What.REPLIED: (_("%(agency)s trả lời"), "good"),
    What.RESOLVED: (_("%(agency)s đã làm xong"), "good"),
    What.REOPENED: (_("Vụ việc được mở lại"), "warning"),
    What.WITHDRAWN: (_("Vụ việc dừng lại vì bạn đã rút phản ánh"), ""),
}
"""How a step is told, and its tone. What is missing here is the house's own business (opened, triaged) or the
reporter's own doing (rated)."""


def _moments(report: Report, picture: Picture, names: _Names, say: Say) -> tuple[Moment, ...]:
    """Newest first; of two at once, the later step is the newer."""
    received = Moment(at=report.received_at, title=say(_("Trung tâm đã nhận phản ánh của bạn")))
    own = [Moment(at=each.at, title=say(_("Bạn viết thêm")), text=each.text) for each in report.messages]
    theirs = [_moment(step, names, say) for step in picture.steps if step.what in _SAID]
    oldest_first = sorted([received, *theirs, *own], key=lambda moment: moment.at)
    return tuple(oldest_first[::-1])


def _moment(step: Step, names: _Names, say: Say) -> Moment:
    label, tone = _SAID[step.what]
    title = say(label) % {"agency": names.of(step.agency)} if "%(agency)s" in label else say(label)
    return Moment(at=step.at, title=title, text=step.text, tone=tone)


def _first(picture: Picture, what: What) -> datetime | None:
    return next((step.at for step in picture.steps if step.what is what), None)
