"""One case as HTML: the page, and the pieces of it that change while it is open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.routing.cases.clocks import running_clock
from services.routing.cases.desk import CaseDesk, agency_of
from services.routing.cases.domain import Case, Entry
from services.routing.cases.highlights import highlighted
from services.routing.cases.lines import line_of, parts_of
from services.routing.cases.screens import Queues
from services.routing.cases.wording import ACTORS, DOORS, KINDS, MOMENT_TONES, MOMENTS, ORIGINS, meaning_of
from services.routing.cases.work import concerns, story_length
from shared.ids import new_id
from shared.security import Person, Role
from shared.web.language import Language

_PIECES = ("todo", "story", "others")
"""The blocks of `case.html` that change while it is open; forms are in none, so that typing is never lost."""

NAMES: Mapping[str, Any] = {
    "kinds": KINDS,
    "origins": ORIGINS,
    "moments": MOMENTS,
    "moment_tones": MOMENT_TONES,
    "doors": DOORS,
    "actors": ACTORS,
}


@dataclass(frozen=True, slots=True)
class CaseAudience:
    """Everybody of one agency (None: of none) who has one case open in one language."""

    queues: Queues = field(compare=False)
    desk: CaseDesk = field(compare=False)
    case_id: str
    agency: str | None
    may_work: bool
    language: Language

    async def whole(self) -> str:
        found = await self.desk.cases.aggregates.get(self.case_id)
        context = live_context(found.state, self.agency, self.queues.clock())
        names = {**self.queues.names, **NAMES, "may_work": self.may_work}
        fragment = self.queues.pages.fragment
        return "".join(fragment(self.language, "case.html", piece, **names, **context) for piece in _PIECES)

    async def news(self, ids: Collection[str]) -> str:
        return await self.whole() if self.case_id in ids else ""

    async def again(self) -> str:
        return await self.whole()


def page_context(case: Case, person: Person, now: datetime) -> dict[str, Any]:
    """Everything that `case.html` names, without what a refused form adds."""
    context = live_context(case, agency_of(person), now)
    may_work = person.has_any(Role.OFFICER, Role.DISPATCHER)
    doable = [part for part in context["mine"] if part.task.status.is_open] if may_work else []
    return context | {
        **NAMES,
        "line": line_of(case, agency_of(person), now),
        "pieces": highlighted(case.words, case.trail),
        "trail": [{"reason": reason, "meaning": meaning_of(reason)} for reason in case.trail],
        "may_work": may_work,
        "doable": doable,
        "keys": {part.task.id: new_id() for part in doable},
        "seen": {part.task.id: story_length(case, part.agency) for part in doable},
    }


def live_context(case: Case, agency: str | None, now: datetime) -> dict[str, Any]:
    """What the live pieces name."""
    parts = parts_of(case)
    mine = [part for part in parts if part.agency == agency or (agency is None and part.task.status.is_open)]
    clocks = {task.id: [clock] if (clock := running_clock(task)) else [] for task in case.tasks}
    return {"case": case, "mine": mine, "clocks": clocks, "now": now, "agency": agency}


def unseen(case: Case, agency: str, seen: int) -> Sequence[Entry]:
    """What was said on an agency's part beyond what a form had seen."""
    return [entry for entry in case.timeline if concerns(entry, agency)][seen:]
