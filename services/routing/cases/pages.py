"""The pages of cases: the officer's queue, the dispatcher's board, one case and what can be done with it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from services.routing.cases.case_screen import CaseAudience, page_context, unseen
from services.routing.cases.commands import AcknowledgeForm, SayOnTask, WorkForm
from services.routing.cases.desk import CaseDesk, agency_of
from services.routing.cases.domain import Through
from services.routing.cases.filters import ID_FORM, Wish, board_wish, inbox_wish
from services.routing.cases.live import LiveCases
from services.routing.cases.paging import next_cursor
from services.routing.cases.screens import MOST, QueueAudience, Queues, Screen
from services.routing.cases.wording import ATTENTIONS, CASE_STATUSES, CATEGORIES, FLASHES, SHOWS
from services.routing.cases.work import Step
from shared.errors import Conflict, Refusal, Stale
from shared.http import FormErrors, FormValues, language_of, read_form
from shared.ids import derived_id
from shared.security import OptionalPerson, Person, Role, require_page
from shared.security.links import safe_next
from shared.settings import Settings
from shared.web.formats import URGENCIES
from shared.web.pages import errors_of
from shared.web.stream import EventStream

Officer = Annotated[Person, require_page(Role.OFFICER)]
Dispatcher = Annotated[Person, require_page(Role.DISPATCHER)]
Worker = Annotated[Person, require_page(Role.OFFICER, Role.DISPATCHER)]
Reader = Annotated[Person, require_page(Role.OFFICER, Role.DISPATCHER, Role.CALL_TAKER)]
Id = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePages:
    """What the pages of cases are made with."""

    desk: CaseDesk
    queues: Queues
    live: LiveCases
    streams: EventStream
    settings: Settings


def router(made: CasePages) -> APIRouter:
    """The pages of cases."""
    routes = APIRouter(include_in_schema=False)
    _offer_queues(routes, made)
    _offer_case(routes, made)
    _offer_work(routes, made)
    return routes


def _offer_queues(routes: APIRouter, made: CasePages) -> None:
    queues = made.queues

    @routes.get("/")
    async def front_page(request: Request, person: OptionalPerson) -> HTMLResponse:
        agency = person.agency if person and person.has_any(Role.OFFICER) else None
        counts = await queues.counts(agency) if person and person.has_any(Role.OFFICER, Role.DISPATCHER) else None
        return queues.pages.render(request, "front.html", person=person, counts=counts)

    @routes.get("/inbox")
    async def inbox(request: Request, officer: Officer) -> HTMLResponse:
        wish = inbox_wish(request.query_params, officer.agency or "", queues.names["wards"])
        return await _queue_page(request, officer, queues, Screen.INBOX, wish)

    @routes.get("/inbox/stream")
    async def inbox_stream(request: Request, officer: Officer) -> StreamingResponse:
        wish = inbox_wish(request.query_params, officer.agency or "", queues.names["wards"])
        audience = QueueAudience(queues, Screen.INBOX, wish.chosen, wish.order, language_of(request))
        return made.streams.stream(request, await made.live.listen(audience))

    @routes.get("/board")
    async def board(request: Request, dispatcher: Dispatcher) -> HTMLResponse:
        wish = board_wish(request.query_params, queues.names["wards"], queues.names["agencies"])
        return await _queue_page(request, dispatcher, queues, Screen.BOARD, wish)

    @routes.get("/board/stream")
    async def board_stream(request: Request, _dispatcher: Dispatcher) -> StreamingResponse:
        wish = board_wish(request.query_params, queues.names["wards"], queues.names["agencies"])
        audience = QueueAudience(queues, Screen.BOARD, wish.chosen, wish.order, language_of(request))
        return made.streams.stream(request, await made.live.listen(audience))


async def _queue_page(request: Request, person: Person, queues: Queues, screen: Screen, wish: Wish) -> HTMLResponse:
    language, names = language_of(request), queues.names
    agency = wish.chosen.agency if screen is Screen.INBOX else None
    found = await queues.lines(screen, wish.chosen, wish.order, wish.place, most=MOST + 1)
    cursor = next_cursor([line.case for line in found], MOST, wish.order, agency)
    return queues.pages.render(
        request,
        screen.value,
        person=person,
        lines=found[:MOST],
        counts=await queues.counts(agency),
        wish=wish,
        order=wish.order,
        next_query=wish.query_with(cursor=cursor) if cursor else "",
        id_form=ID_FORM,
        urgencies=queues.options(language, URGENCIES),
        category_options=queues.options(language, CATEGORIES),
        ward_options=sorted(queues.options(language, names["wards"]), key=lambda option: option[1]),
        agency_options=queues.options(language, names["shorts"]),
        case_statuses=queues.options(language, CASE_STATUSES),
        attentions=queues.options(language, ATTENTIONS),
        shows=queues.options(language, SHOWS),
        **names,
    )


def _offer_case(routes: APIRouter, made: CasePages) -> None:
    @routes.get("/cases/{case_id}")
    async def show_case(case_id: Id, request: Request, person: Reader) -> HTMLResponse:
        await made.desk.case(case_id, person)
        return await _case_page(request, person, made, case_id)

    @routes.get("/cases/{case_id}/stream")
    async def case_stream(case_id: Id, request: Request, person: Reader) -> StreamingResponse:
        await made.desk.visible(case_id, person)
        may_work = person.has_any(Role.OFFICER, Role.DISPATCHER)
        audience = CaseAudience(made.queues, made.desk, case_id, agency_of(person), may_work, language_of(request))
        return made.streams.stream(request, await made.live.listen(audience))


def _offer_work(routes: APIRouter, made: CasePages) -> None:
    pages = made.queues.pages

    @routes.post("/tasks/acknowledge")
    async def acknowledge(request: Request, officer: Worker) -> Response:
        form = await read_form(request, AcknowledgeForm)
        if isinstance(form, FormErrors):
            return pages.redirect(request, "/", flash=FLASHES["again"])
        # The same press twice is one; a colleague's press is another command, and refused.
        key = derived_id(form.task, f"acknowledged:{officer.account}")
        said = FLASHES[Step.ACKNOWLEDGE]
        try:
            await made.desk.work(form.task, Step.ACKNOWLEDGE, None, officer, key, Through.PAGE)
        except Conflict as refusal:
            said = FLASHES.get(refusal.slug, FLASHES["over"])
        back = safe_next(made.settings, form.back)
        return pages.redirect(request, back if back.startswith("/") else "/inbox", flash=said)

    @routes.post("/cases/{case_id}/tasks/{task_id}")
    async def work_on_task(case_id: Id, task_id: Id, request: Request, officer: Worker) -> Response:
        form = await read_form(request, WorkForm)
        if isinstance(form, FormErrors):
            return await _case_page(request, officer, made, case_id, task_id=task_id, form=form)
        said = SayOnTask(text=form.text)
        try:
            await made.desk.work(task_id, form.step, said, officer, _key_of(form), Through.PAGE, seen=form.seen)
        except (Conflict, Stale) as refusal:
            return await _case_page(request, officer, made, case_id, task_id=task_id, form=form, trouble=refusal)
        return pages.redirect(request, f"/cases/{case_id}", flash=FLASHES[form.step])


def _key_of(form: WorkForm) -> str:
    """The same button with the same words is the same press; another one after "back" is another command."""
    return derived_id(form.key, f"{form.step}:{form.text}")


async def _case_page(
    request: Request,
    person: Person,
    made: CasePages,
    case_id: str,
    *,
    task_id: str = "",
    form: WorkForm | FormErrors | None = None,
    trouble: Refusal | None = None,
) -> HTMLResponse:
    """The case as it stands now; after a refused form with what was typed and why it was refused."""
    case = (await made.desk.visible(case_id, person)).state
    problems = form.problems if isinstance(form, FormErrors) else ()
    context: dict[str, Any] = {
        "errors": errors_of(problems),
        "trouble": trouble,
        "form": form.values if isinstance(form, FormErrors) else FormValues({"text": form.text if form else ""}),
        "working_on": task_id,
        "fresh": unseen(case, case.task(task_id).agency, form.seen) if isinstance(form, WorkForm) else (),
    }
    return made.queues.pages.render(
        request,
        "case.html",
        person=person,
        status=int(trouble.status) if trouble else (422 if problems else 200),
        **made.queues.names,
        **page_context(case, person, made.queues.clock()),
        **context,
    )
