"""The case desk: what officers and dispatchers see and do; the same for pages and HTTP."""

from dataclasses import dataclass, replace
from functools import partial

from services.routing.cases.commands import SayOnTask
from services.routing.cases.domain import Actor, Case, CaseStatus, Task, TaskStatus, Through
from services.routing.cases.opening import decide_test_case
from services.routing.cases.paging import Order, Place
from services.routing.cases.store import CaseFilter, MongoCases
from services.routing.cases.work import Rules, Step, Work, decide_work
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.errors import NotFound, Text, Unprocessable
from shared.http import command_digest
from shared.identity.masking import mask_text
from shared.pending import Command, Versioned
from shared.security import Person, Role

_WHOSE = Text(
    vi="Hãy cho biết nhiệm vụ của cơ quan nào (agency) khi lọc theo task_status hay xếp theo mức gấp.",
    en="Say whose tasks (agency) when you filter by task_status or order by urgency.",
)
_OPEN_ONLY = Text(
    vi="Chỉ xếp theo mức gấp được các vụ việc đang mở.", en="Only open cases can be ordered by urgency."
)
_OPEN_TASKS = Text(
    vi="Vụ việc đang mở chỉ có nhiệm vụ ở trạng thái assigned hay acknowledged: hãy đổi task_status, hoặc bỏ status "
    "và order.",
    en="Open cases have tasks that are assigned or acknowledged: change task_status, or leave out status and order.",
)
_NO_CASE = Text(vi="Không tìm thấy vụ việc này.", en="There is no such case.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDesk:
    """The use cases of cases."""

    cases: MongoCases
    rules: Rules
    audit: Audit
    clock: Clock

    async def work(
        self,
        task_id: str,
        step: Step,
        said: SayOnTask | None,
        officer: Person,
        key: str,
        through: Through,
        *,
        seen: int | None = None,
    ) -> Versioned[Case]:
        """One step on a task. An officer acts for the agency of the account and for no other.

        Raises:
            NotFound: no such task, or another agency's.
            Conflict: the task is over, or a colleague was faster.
            Stale: more was said than the officer had `seen`.
        """
        found = await self.cases.with_task(task_id, agency_of(officer))
        work = Work(
            step=step,
            task_id=task_id,
            actor=Actor(account=officer.account, through=through, agency=agency_of(officer)),
            text=mask_text(said.text) if said else "",
            cause=key,
            seen=seen,
        )
        return await self.cases.aggregates.change(
            found.id,
            partial(decide_work, work=work, rules=self.rules, now=self.clock()),
            cause_of_command(key, found.state.report_id),
            command=Command(id=key, digest=f"{task_id}/{step}/{command_digest(said) if said else ''}"),
        )

    async def case(self, case_id: str, person: Person) -> Versioned[Case]:
        """A case as this person may see it; looking at one is recorded.

        Raises:
            NotFound: there is none, or none in which the person's agency has a part.
        """
        found = await self.visible(case_id, person)
        await self.audit.record(person.account, "case.read", f"case/{case_id}")
        return found

    async def visible(self, case_id: str, person: Person) -> Versioned[Case]:
        """As `case`, for whoever has the case open already: a page that renews itself is not a new look.

        Raises:
            NotFound: as above.
        """
        found = await self.cases.aggregates.find(case_id)
        agency = agency_of(person)
        if found is None or (agency is not None and all(task.agency != agency for task in found.state.tasks)):
            raise NotFound("not-found", _NO_CASE)
        return found

    async def queue(
        self, person: Person, chosen: CaseFilter, order: Order, *, limit: int, place: Place | None = None
    ) -> list[Versioned[Case]]:
        """A page of the cases that the person may see; an officer sees the own agency's alone.

        Raises:
            Unprocessable: tasks are asked for by their state or urgency, but not whose; closed cases by urgency; or
                open cases by the state of a task that is over.
        """
        agency = agency_of(person)
        mine = chosen if agency is None else replace(chosen, agency=agency)
        if mine.agency is None and (mine.tasks or order is Order.URGENT):
            raise Unprocessable("agency-needed", _WHOSE)
        _check_open(mine, order)
        if order is Order.URGENT:
            work = replace(mine, status=CaseStatus.OPEN.value)
            return await self.cases.waiting(work, limit=limit, after=place)
        return await self.cases.newest(mine, limit=limit, before=place)

    async def send_test_task(self, case_id: str, engineer: Person, agency: str) -> Versioned[Case]:
        """A task marked as a test on the agency's topic, for its engineers to try their software (F67)."""
        change = decide_test_case(case_id, agency, engineer.account, self.rules.clocks, self.clock())
        await self.audit.record(engineer.account, "task.test_sent", f"case/{case_id}", details={"agency": agency})
        return await self.cases.aggregates.create(
            case_id, change, cause_of_command(case_id, None), command=Command(id=case_id, digest=agency)
        )

    async def test_tasks(self, agency: str) -> list[Case]:
        """The last test tasks of an agency, newest first."""
        return [each.state for each in await self.cases.newest(CaseFilter(agency=agency, test=True), limit=5)]


def _check_open(chosen: CaseFilter, order: Order) -> None:
    if order is Order.URGENT and chosen.status not in (None, CaseStatus.OPEN):
        raise Unprocessable("open-only", _OPEN_ONLY)
    wants_open = order is Order.URGENT or chosen.status == CaseStatus.OPEN
    if wants_open and not all(TaskStatus(status).is_open for status in chosen.tasks):
        raise Unprocessable("open-only", _OPEN_TASKS)


def agency_of(person: Person) -> str | None:
    """The agency a person is bound to; a dispatcher or call-taker is bound to none."""
    return None if person.has_any(Role.DISPATCHER, Role.CALL_TAKER, Role.COMMITTEE) else (person.agency or "")


def task_of(case: Case, agency: str) -> Task | None:
    """The newest task of an agency in a case."""
    mine = [task for task in case.tasks if task.agency == agency]
    return mine[-1] if mine else None
