"""What an epidemic area is, and when which measure applies to those who come from it. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from shared.errors import Conflict, FieldProblem, Text, Unprocessable
from shared.events.checkpoints import AreaChanged
from shared.pending import Change
from shared.text import fold

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


class Measure(StrEnum):
    """What happens to people who come from an area."""

    SCREEN = "screen"
    TEST = "test"
    ISOLATE = "isolate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A measure from `since` up to but not including `until` (UTC; None: until further notice)."""

    measure: Measure
    since: datetime
    until: datetime | None = None

    def covers(self, when: datetime) -> bool:
        return self.since <= when and (self.until is None or when < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An epidemic area.

    Attributes:
        name: Vietnamese; `name_en` where English has another.
        called: other ways people say and write it.
        days: whoever left it longer ago is no longer concerned.
        periods: in order, never overlapping. All of them are kept: a late record is judged by the measure of the
            moment when it happened.
    """

    id: str
    name: str
    name_en: str
    called: tuple[str, ...]
    days: int
    periods: tuple[Period, ...]
    declared_by: str
    declared_at: datetime

    @property
    def newest(self) -> Period:
        return self.periods[-1]

    def at(self, when: datetime) -> Period | None:
        """The period that covers a moment, if one does."""
        return next((period for period in self.periods if period.covers(when)), None)

    def is_named_in(self, words: str) -> bool:
        """Whether `words` (from `spoken`) name this area, with or without diacritics."""
        return any(f" {name} " in words for name in map(_words, (self.name, self.name_en, *self.called)))


def spoken(text: str) -> str:
    """What somebody said of where they come from, ready for `Area.is_named_in`."""
    return f" {_words(text)} "


def areas_named(text: str, areas: Iterable[Area]) -> tuple[Area, ...]:
    """The areas that a text names."""
    words = spoken(text)
    return tuple(area for area in areas if area.is_named_in(words))


def decide_declaration(known: Area | None, declared: Area, now: datetime) -> Change[Area]:
    """From the start of the declared period on, its measure applies; what applied before keeps its history.

    Names that are left out stay: whoever changes a measure does not mean that people call the area otherwise.

    Raises:
        Unprocessable: the period ends before it begins.
    """
    period = declared.newest
    if period.until is not None and period.until <= period.since:
        raise _wrong("effective_until", _ENDS_BEFORE)
    if known is None:
        return _said(declared, now)
    kept = replace(
        declared,
        name_en=known.name_en if declared.name_en == declared.name else declared.name_en,
        called=declared.called or known.called,
        periods=(*_before(known.periods, period.since), period),
    )
    return _said(kept, now)


def decide_end(area: Area, until: datetime, now: datetime) -> Change[Area]:
    """The area counts no longer, from `until` on.

    Raises:
        Conflict: it has ended by then already.
        Unprocessable: it would end before it began.
    """
    newest = area.newest
    if newest.until is not None and newest.until <= until:
        raise Conflict("area-ended", _ENDED)
    kept = _before(area.periods, until)
    if not kept:
        raise _wrong("effective_until", _ENDS_BEFORE)
    return _said(replace(area, periods=kept), now)


def stretch_start(periods: Sequence[Period]) -> datetime:
    """Since when the area counts without a gap, whatever the measure; what others are told as its beginning."""
    start = periods[-1].since
    for earlier, later in reversed(list(pairwise(periods))):
        if earlier.until != later.since:
            break
        start = earlier.since
    return start


def _before(periods: Iterable[Period], moment: datetime) -> tuple[Period, ...]:
    """The periods cut off at a moment."""
    begun = (period for period in periods if period.since < moment)
    return tuple(p if p.until is not None and p.until <= moment else replace(p, until=moment) for p in begun)


def _said(area: Area, now: datetime) -> Change[Area]:
    event = AreaChanged(
        area_id=area.id,
        name=area.name,
        effective_from=stretch_start(area.periods),
        effective_until=area.newest.until,
        measure=area.newest.measure.value,
        at=now,
    )
    return Change(area, (event,))


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", fold(text)).strip()


def _wrong(field: str, text: Text) -> Unprocessable:
    return Unprocessable("invalid-fields", text, fields=[FieldProblem(field, text)])


_ENDS_BEFORE = Text(
    vi="Ngày kết thúc phải sau ngày bắt đầu; hãy xem lại.", en="The end must come after the beginning; check it."
)
_ENDED = Text(vi="Vùng này đã hết hiệu lực trước đó.", en="This area has ended before that already.")
