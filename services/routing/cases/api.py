"""Cases and tasks over HTTP: for officers, dispatchers and agencies' own software."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from services.routing.cases.commands import SayOnTask
from services.routing.cases.desk import CaseDesk
from services.routing.cases.domain import Case, CaseStatus, Through
from services.routing.cases.store import CaseFilter
from services.routing.cases.views import CaseView
from services.routing.cases.work import Step
from shared.errors import Text, Unprocessable
from shared.events.cases import Category, Urgency
from shared.http import Cursor, IdempotencyKey, Page, PageSize, decode_cursor, encode_cursor, etag
from shared.pending import Versioned
from shared.security import Person, Role, require

Staff = Annotated[Person, require(Role.OFFICER, Role.DISPATCHER, Role.CALL_TAKER, Role.ENGINEER, scope="tasks")]
Officer = Annotated[Person, require(Role.OFFICER, Role.DISPATCHER, scope="tasks")]
Engineer = Annotated[Person, require(Role.ENGINEER, Role.OFFICER, scope="tasks")]
TaskId = Annotated[str, Path(max_length=100)]


class TestTask(BaseModel):
    """What was put on the agency's topic."""

    case_id: str
    task_id: str
    topic: str


def router(desk: CaseDesk) -> APIRouter:
    """The routes of cases."""
    routes = APIRouter(prefix="/api/v1", tags=["cases"])

    @routes.get("/cases")
    async def list_cases(
        person: Staff,
        status: CaseStatus | None = None,
        urgency: Urgency | None = None,
        category: Category | None = None,
        ward: Annotated[str | None, Query(max_length=80)] = None,
        size: PageSize = 50,
        cursor: Cursor = None,
    ) -> Page[CaseView]:
        chosen = CaseFilter(status=status, urgency=urgency, category=category, ward=ward)
        found = await desk.queue(person, chosen, limit=size, before=_before(cursor))
        return Page(items=[CaseView.of(each) for each in found], next=_next(found, size))

    @routes.get("/cases/{case_id}")
    async def show_case(case_id: TaskId, person: Staff, response: Response) -> CaseView:
        found = await desk.case(case_id, person)
        response.headers["ETag"] = etag(found.version)
        return CaseView.of(found)

    @routes.post("/tasks/{task_id}:acknowledge")
    async def acknowledge_task(task_id: TaskId, officer: Officer, key: IdempotencyKey) -> CaseView:
        return CaseView.of(await desk.work(task_id, Step.ACKNOWLEDGE, None, officer, key, Through.API))

    @routes.post("/tasks/{task_id}:{step}")
    async def work_on_task(
        task_id: TaskId, step: Step, said: SayOnTask, officer: Officer, key: IdempotencyKey
    ) -> CaseView:
        return CaseView.of(await desk.work(task_id, step, said, officer, key, Through.API))

    @routes.post("/agencies/{agency}/test-task", status_code=201)
    async def send_test_task(agency: TaskId, engineer: Engineer, key: IdempotencyKey) -> TestTask:
        if engineer.agency != agency:
            raise Unprocessable("other-agency", _OTHER_AGENCY)
        made = await desk.send_test_task(key, engineer, agency)
        return TestTask(case_id=made.id, task_id=made.state.tasks[0].id, topic=f"agencies.{agency}.tasks.v1")

    return routes


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, case_id = decode_cursor(cursor, (str, str))
    try:
        return datetime.fromisoformat(at), case_id
    except ValueError as error:
        raise Unprocessable("invalid-cursor", _BAD_CURSOR) from error


def _next(found: list[Versioned[Case]], size: int) -> str | None:
    return encode_cursor(found[-1].state.opened_at.isoformat(), found[-1].id) if len(found) == size else None


_OTHER_AGENCY = Text(
    vi="Chỉ gửi thử được cho cơ quan của chính bạn.", en="You can send a test task to your own agency only."
)
_BAD_CURSOR = Text(vi="Con trỏ trang không hợp lệ; hãy bắt đầu lại.", en="This page cursor is invalid; start again.")
