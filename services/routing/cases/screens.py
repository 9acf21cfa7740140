"""Queues of cases as HTML: a whole page for whoever asks, the same rows for pages that are open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.routing.cases.domain import Case, CaseStatus, TaskStatus
from services.routing.cases.lines import Line, line_of
from services.routing.cases.paging import Order, Place
from services.routing.cases.store import Attention, CaseFilter, MongoCases
from services.routing.cases.wording import (
    CASE_STATUSES,
    CATEGORIES,
    DUES,
    SYMPTOMS,
    TASK_STATUSES,
    TASK_TONES,
)
from shared.clock import Clock
from shared.errors import Text
from shared.events.cases import Urgency
from shared.pending import Versioned
from shared.profile import Profile
from shared.web.language import Language
from shared.web.pages import Pages

MOST = 50
"""Lines on one page: what a thumb scrolls through on a phone."""
_ONE_BY_ONE = 40
"""When more cases than this change in a moment, the list is sent as a whole."""


class Screen(StrEnum):
    """The two queues, by their templates."""

    INBOX = "inbox.html"
    BOARD = "board.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The figures above a queue, as of `at`."""

    at: datetime
    overdue: int
    emergency: int
    waiting: int
    working: int
    contradiction: int
    declined: int
    open: int


class Queues:
    """Loads and renders queues.

    Args:
        cases: the store.
        pages: the templates.
        profile: names of wards and agencies.
    """

    def __init__(self, cases: MongoCases, pages: Pages, profile: Profile, clock: Clock) -> None:
        self.cases = cases
        self.pages = pages
        self.clock = clock
        self.names: Mapping[str, Any] = {
            "categories": CATEGORIES,
            "symptoms": SYMPTOMS,
            "statuses": TASK_STATUSES,
            "tones": TASK_TONES,
            "dues": DUES,
            "case_labels": CASE_STATUSES,
            "levels": tuple(Urgency),
            "most": MOST,
            "wards": {ward.id: ward.title for ward in profile.wards},
            "agencies": {agency.id: agency.name for agency in profile.agencies},
            "shorts": {agency.id: agency.short for agency in profile.agencies},
        }

    async def lines(
        self, screen: Screen, chosen: CaseFilter, order: Order, place: Place | None = None, *, most: int = MOST
    ) -> list[Line]:
        """A page of the queue, from `place` on."""
        if order is Order.URGENT:
            return self._as_lines(screen, chosen, await self.cases.waiting(chosen, limit=most, after=place))
        return self._as_lines(screen, chosen, await self.cases.newest(chosen, limit=most, before=place))

    async def lines_among(self, screen: Screen, chosen: CaseFilter, ids: Collection[str]) -> list[Line]:
        """The lines of some cases, whether or not the filters want them; those of other agencies never."""
        everything = CaseFilter(agency=chosen.agency if screen is Screen.INBOX else None)
        return self._as_lines(screen, chosen, await self.cases.among(ids, everything))

    async def counts(self, agency: str | None) -> Counts:
        """The figures of an agency, or of all."""
        mine = CaseFilter(agency=agency)
        waiting = replace(mine, tasks=(TaskStatus.ASSIGNED.value,))
        count = self.cases.count
        return Counts(
            at=self.clock(),
            overdue=await count(replace(mine, attention=Attention.OVERDUE)),
            emergency=await count(
                replace(waiting, urgency=Urgency.EMERGENCY.value)
                if agency
                else CaseFilter(status=CaseStatus.OPEN, urgency=Urgency.EMERGENCY.value)
            ),
            waiting=await count(waiting),
            working=await count(replace(mine, tasks=(TaskStatus.ACKNOWLEDGED.value,))),
            contradiction=0 if agency else await count(CaseFilter(attention=Attention.CONTRADICTION)),
            declined=0 if agency else await count(CaseFilter(attention=Attention.DECLINED)),
            open=await count(replace(mine, status=CaseStatus.OPEN)),
        )

    def options(self, language: Language, labels: Mapping[str, str | Text]) -> list[tuple[str, str]]:
        """The choices of a select in a language."""
        return [(str(value), self._said(language, label)) for value, label in labels.items()]

    def _said(self, language: Language, label: str | Text) -> str:
        if isinstance(label, Text):
            return label.en if language == "en" else label.vi
        return self.pages.translated(language, label)

    def _as_lines(self, screen: Screen, chosen: CaseFilter, found: Sequence[Versioned[Case]]) -> list[Line]:
        agency = chosen.agency if screen is Screen.INBOX else None
        return [line_of(each.state, agency, self.clock()) for each in found]


@dataclass(frozen=True, slots=True)
class QueueAudience:
    """Everybody who looks at one queue with the same filters, in the same order and language."""

    queues: Queues = field(compare=False)
    screen: Screen
    chosen: CaseFilter
    order: Order
    language: Language

    async def whole(self) -> str:
        return await self._counters() + self._list(await self.queues.lines(self.screen, self.chosen, self.order))

    async def news(self, ids: Collection[str]) -> str:
        if len(ids) > _ONE_BY_ONE:
            return await self.whole()
        lines = await self.queues.lines_among(self.screen, self.chosen, ids)
        if not lines:
            return ""
        matching = {case.id for case in await self.queues.cases.among(ids, self.chosen)}
        return self._rows(lines, matching) + await self._counters()

    async def again(self) -> str:
        lines = await self.queues.lines(self.screen, self.chosen, self.order)
        return self._rows(lines[::-1], {line.id for line in lines}) + await self._counters()

    async def _counters(self) -> str:
        agency = self.chosen.agency if self.screen is Screen.INBOX else None
        return self._fragment("counters", counts=await self.queues.counts(agency))

    def _rows(self, lines: Sequence[Line], matching: Collection[str]) -> str:
        return "".join(self._fragment("row", line=line, matching=matching) for line in lines)

    def _list(self, lines: Sequence[Line]) -> str:
        return self._fragment("whole", lines=lines)

    def _fragment(self, block: str, **context: Any) -> str:
        names = self.queues.names
        return self.queues.pages.fragment(
            self.language, self.screen.value, block, order=self.order, **names, **context
        )
