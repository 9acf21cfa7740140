"""The agency's own page: its topics, samples to copy, a test task, and what its software sent in vain (F67)."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from services.routing.agencies.store import MongoRefusals
from services.routing.cases.desk import CaseDesk
from services.routing.cases.wording import TASK_STATUSES
from shared.errors import Forbidden, Text
from shared.http import FormErrors, read_form
from shared.ids import new_id
from shared.security import Person, Role, require_page
from shared.settings import Settings
from shared.text import Command, RecordId
from shared.topics import AGENCY_TASKS, AGENCY_UPDATES
from shared.web.language import mark as _
from shared.web.pages import Pages

Member = Annotated[Person, require_page(Role.ENGINEER, Role.OFFICER)]

_NO_AGENCY = Text(
    vi="Tài khoản này không thuộc cơ quan nào. Nhờ người vận hành gán cơ quan.",
    en="This account belongs to no agency. Ask an operator to assign one.",
)


class TestTaskForm(Command):
    """A press on "send me a test task"; `key` was made with the page, so that one press is one task."""

    key: RecordId


class Samples(BaseModel):
    """What the samples on the page are filled with."""

    agency: str
    bootstrap: str
    tasks: str
    updates: str


def router(desk: CaseDesk, refusals: MongoRefusals, pages: Pages, settings: Settings) -> APIRouter:
    """The page of an agency's engineers and officers."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/agency")
    async def show_agency(request: Request, member: Member) -> HTMLResponse:
        agency = _agency_of(member)
        return pages.render(
            request,
            "agency.html",
            person=member,
            samples=samples_of(agency, settings),
            refusals=await refusals.latest(agency),
            test_tasks=await desk.test_tasks(agency),
            statuses=TASK_STATUSES,
            key=new_id(),
        )

    @routes.post("/agency/test-task")
    async def send_test_task(request: Request, member: Member) -> Response:
        agency = _agency_of(member)
        form = await read_form(request, TestTaskForm)
        key = new_id() if isinstance(form, FormErrors) else form.key
        await desk.send_test_task(key, member, agency)
        return pages.redirect(request, "/agency", flash=_("Đã gửi một nhiệm vụ thử lên chủ đề của cơ quan."))

    return routes


def _agency_of(member: Person) -> str:
    if member.agency is None:
        raise Forbidden("no-agency", _NO_AGENCY)
    return member.agency


def samples_of(agency: str, settings: Settings) -> Samples:
    """Only the embedded run shows its broker's address; elsewhere agencies get theirs with their credentials."""
    is_embedded = settings.environment == "embedded"
    return Samples(
        agency=agency,
        bootstrap=settings.kafka_bootstrap_servers if is_embedded else "$KAFKA_BOOTSTRAP_SERVERS",
        tasks=settings.topic_prefix + AGENCY_TASKS.of(agency),
        updates=settings.topic_prefix + AGENCY_UPDATES.of(agency),
    )
