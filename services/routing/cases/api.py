"""Cases and tasks over HTTP: for officers, dispatchers and agencies' own software."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from services.routing.cases.commands import SayOnTask
from services.routing.cases.desk import CaseDesk, agency_of
from services.routing.cases.domain import CaseStatus, TaskStatus, Through
from services.routing.cases.filters import ID_FORM, read_id
from services.routing.cases.paging import Order, next_cursor, read_place
from services.routing.cases.store import Attention, CaseFilter
from services.routing.cases.views import CaseView
from services.routing.cases.work import Step
from shared.errors import Text, Unprocessable
from shared.events.cases import Category, Urgency
from shared.http import Cursor, IdempotencyKey, Page, PageSize, etag
from shared.security import Person, Role, require

Staff = Annotated[Person, require(Role.OFFICER, Role.DISPATCHER, Role.CALL_TAKER, Role.ENGINEER, scope="tasks")]
Officer = Annotated[Person, require(Role.OFFICER, Role.DISPATCHER, scope="tasks")]
Engineer = Annotated[Person, require(Role.ENGINEER, Role.OFFICER, scope="tasks")]
TaskId = Annotated[str, Path(max_length=100)]


class CasesAsked(BaseModel):
    """One page: which cases a list holds, and what stands first in it."""

    order: Order = Field(
        default=Order.NEWEST,
        description="`newest` by when cases were opened; `urgent`: the open tasks of one agency as in its inbox, by "
        "urgency, what nobody acknowledged first, then by age.",
    )
    status: CaseStatus | None = None
    urgency: Urgency | None = None
    category: Category | None = None
    ward: str | None = Field(default=None, max_length=80)
    agency: str | None = Field(default=None, max_length=100, description="An officer's is always the own one.")
    task_status: TaskStatus | None = Field(default=None, description="The state of the agency's task.")
    attention: Attention | None = None
    id: str | None = Field(
        default=None,
        pattern=f"^{ID_FORM.replace('a-f', 'A-Fa-f')}$",
        description="How the id of the case, or of one of its tasks, begins: eight signs or more; thirteen where "
        "eight could be a plate or a passport number.",
    )
    size: PageSize = 50
    cursor: Cursor = None

    def filter(self) -> CaseFilter:
        tasks = (self.task_status.value,) if self.task_status else ()
        begins = read_id(self.id) if self.id else None
        same = self.model_dump(exclude={"order", "task_status", "size", "cursor", "id"})
        return CaseFilter(tasks=tasks, id=begins, **same)


class TestTask(BaseModel):
    """What was put on the agency's topic."""

    case_id: str
    task_id: str
    topic: str


def router(desk: CaseDesk) -> APIRouter:
    """The routes of cases."""
    routes = APIRouter(prefix="/api/v1", tags=["cases"])

    @routes.get("/cases")
    async def list_cases(person: Staff, asked: Annotated[CasesAsked, Query()]) -> Page[CaseView]:
        place = read_place(asked.cursor, asked.order) if asked.cursor else None
        found = await desk.queue(person, asked.filter(), asked.order, limit=asked.size + 1, place=place)
        agency = agency_of(person) or asked.agency
        following = next_cursor([each.state for each in found], asked.size, asked.order, agency)
        return Page(items=[CaseView.of(each) for each in found[: asked.size]], next=following)

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


_OTHER_AGENCY = Text(
    vi="Chỉ gửi thử được cho cơ quan của chính bạn.", en="You can send a test task to your own agency only."
)
