"""What operators and engineers ask of any service: health, readiness, metrics, its API, its problems."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from shared.errors import NotFound, Text
from shared.http.api_page import api_page, problem_page, problems_page
from shared.http.problems import MEANINGS
from shared.telemetry import exposition
from shared.web.language import language_of


@dataclass(frozen=True)
class Readiness:
    """Whether requests should be sent here.

    `ok` is about accepting (MongoDB's primary answers, the process isn't stopping); `degraded` names what else is
    wrong (Kafka, lag, relay): intake accepts without them.
    """

    ok: bool
    degraded: tuple[str, ...] = ()
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


def operations(service: str, version: str, readiness: Callable[[], Awaitable[Readiness]]) -> APIRouter:
    """The routes of one service; they stand outside its OpenAPI document."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "alive", "service": service})

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        found = await readiness()
        document = {
            "status": "ready" if found.ok else "not ready",
            "service": service,
            "degraded": list(found.degraded),
            "details": dict(found.details),
        }
        return JSONResponse(document, 200 if found.ok else 503, None if found.ok else {"Retry-After": "2"})

    @router.get("/metrics")
    async def metrics() -> Response:
        body, media_type = exposition()
        return Response(body, headers={"Content-Type": media_type})

    @router.get("/version")
    async def show_version() -> JSONResponse:
        return JSONResponse({"service": service, "version": version})

    router.include_router(_documentation())
    return router


def _documentation() -> APIRouter:
    router = APIRouter()

    @router.get("/openapi.json")
    async def openapi(request: Request) -> JSONResponse:
        return JSONResponse(request.app.openapi(), headers={"Cache-Control": "public, max-age=60"})

    @router.get("/api")
    async def show_api(request: Request) -> HTMLResponse:
        return HTMLResponse(api_page(request.app.openapi(), language_of(request)))

    @router.get("/problems")
    async def list_problems(request: Request) -> HTMLResponse:
        return HTMLResponse(problems_page(MEANINGS, language_of(request)))

    @router.get("/problems/{slug}")
    async def show_problem(slug: str, request: Request) -> HTMLResponse:
        if slug not in MEANINGS:
            raise NotFound("not-found", Text("Không có lỗi nào tên như vậy.", "No problem has this name."))
        return HTMLResponse(problem_page(slug, language_of(request)))

    return router
