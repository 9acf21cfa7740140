"""A scratch application with one route of each kind, behind the real door."""

from collections.abc import AsyncIterator, Iterator
from enum import StrEnum
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from pymongo.errors import ServerSelectionTimeoutError

from shared.errors import Conflict, NotFound, Text
from shared.http import IdempotencyKey, IfMatch, PageSize, Readiness, command_digest, create_http_app, etag
from shared.text import Command, Line, Name, Phone, Slug, Timestamp, VietnamPoint, Words
from tests.unit.shared.captured_log import captured_log

MEDIA_LIMIT = 1024 * 1024


class Symptom(StrEnum):
    FEVER = "fever"
    COUGH = "cough"


class Subject(Command):
    name: Name
    phone: Phone | None = None


class ReportCommand(Command):
    words: Words
    subject: Subject
    symptoms: tuple[Symptom, ...] = ()
    where: VietnamPoint | None = None
    at: Timestamp | None = None
    people: int = 1
    urgent: bool = False
    tags: tuple[Slug, ...] = ()


class Accepted(Command):
    id: str
    digest: str
    words: str


router = APIRouter(prefix="/api/v1")
pages = APIRouter(include_in_schema=False)


@router.post("/reports", status_code=201)
async def receive_report(command: ReportCommand, key: IdempotencyKey) -> Accepted:
    return Accepted(id=key, digest=command_digest(command), words=command.words)


@router.get("/reports/{report_id}")
async def get_report(report_id: str, response: Response) -> dict[str, str]:
    response.headers["ETag"] = etag(7)
    return {"id": report_id}


@router.put("/reports/{report_id}")
async def change_report(report_id: str, command: Subject, version: IfMatch) -> dict[str, str | int | None]:
    return {"id": report_id, "version": version, "name": command.name}


@router.get("/reports")
async def list_reports(size: PageSize = 50, q: Annotated[Line | None, Query()] = None) -> dict[str, int | str | None]:
    return {"size": size, "q": q}


@router.post("/photos")
async def receive_photo(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@router.get("/broken")
async def break_down() -> None:
    raise RuntimeError("secret: 0905123456")


@router.get("/away")
async def need_mongo() -> None:
    raise ServerSelectionTimeoutError("mongo-1:27017 secret")


@router.get("/conflict")
async def disagree() -> None:
    raise Conflict("idempotency-conflict", Text("Mã đã dùng.", "The key was used."))


@router.get("/long")
async def long_answer() -> list[str]:
    return ["xin chào"] * 500


@pages.get("/hello")
async def page() -> HTMLResponse:
    return HTMLResponse("<p>Xin chào</p>")


@pages.post("/form")
async def form(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.form())))


@pages.get("/lost")
async def lose() -> None:
    raise NotFound("not-found", Text("Không có.", "None."))


def make_app(**overrides: object) -> FastAPI:
    async def readiness() -> Readiness:
        return Readiness(ok=True, degraded=("kafka",), details={"lag": 3})

    arguments: dict[str, object] = {
        "service": "intake",
        "title": "Scratch",
        "version": "1",
        "routers": [router, pages],
        "settings": None,
        "readiness": readiness,
        "media_limits": {"/api/v1/photos": MEDIA_LIMIT},
        **overrides,
    }
    return create_http_app(**arguments)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """structlog's own console writer draws every local variable of a trace, which takes seconds."""
    with captured_log("intake"):
        yield


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return make_app()


@pytest.fixture(scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://scratch") as opened:
        yield opened


@pytest.fixture
def report() -> dict[str, object]:
    return {"words": "Sốt và ho ba ngày", "subject": {"name": "Nguyễn Thị Bưởi"}}
