"""The HTTP application of a service: its routes behind one door that all four share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from shared.errors import Refusal
from shared.http.answers import AnswerHeaders, HeadFromGet
from shared.http.bodies import BodyGuard
from shared.http.exchange import Exchange, ProblemAnswers, RenderProblem
from shared.http.openapi import HOW_TO_CALL, openapi_with_problems
from shared.http.operations import Readiness, operations
from shared.http.timeouts import ANSWER_SECONDS, AnswerDeadline
from shared.rate_limits import RateLimits
from shared.settings import ServiceName, Settings
from shared.web.headers import security_headers
from shared.web.stream import StreamHandover

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_COMPRESSED_FROM = 1024  # bytes; below, the gzip header eats the gain


def create_http_app(
    *,
    service: ServiceName,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    settings: Settings | None,
    readiness: Callable[[], Awaitable[Readiness]],
    lifespan: Lifespan | None = None,
    media_limits: Mapping[str, int] | None = None,
    page_headers: Mapping[str, str] | None = None,
    render_problem: RenderProblem | None = None,
    state: Mapping[str, Any] | None = None,
    answer_seconds: float = ANSWER_SECONDS,
) -> FastAPI:
    """Build the application of `service`.

    Args:
        service: its name in metrics and logs.
        title: of its API.
        version: of its API.
        routers: what it offers.
        settings: kept as `app.state.settings`.
        readiness: asked by `/readyz`.
        lifespan: opens and closes what the service holds.
        media_limits: path prefix → bytes, for routes that take more than 256 kB or other media types.
        page_headers: security headers of pages; by default those of `shared.web` with no other origins.
        render_problem: draws a problem for a browser; None falls back to problem+json.
        state: more attributes for `app.state`.
        answer_seconds: within which every answer must begin, counted from the complete request.
    """
    limits = RateLimits() if settings is None else RateLimits.of(settings, service)
    app = FastAPI(
        title=title,
        version=version,
        description=HOW_TO_CALL,
        lifespan=_with_rate_limits(limits, lifespan),
        docs_url=None,  # FastAPI's own pages need inline script and a CDN; `/api` replaces them
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # the redirect would lead wherever the client's Host header says
    )
    answers = ProblemAnswers(service, render_problem)
    for kind in (Refusal, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answers.handle)
    _add_layers(app, service, answers, dict(media_limits or {}), page_headers or security_headers(), answer_seconds)
    app.state.settings = settings
    app.state.rate_limits = limits
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    app.openapi = openapi_with_problems(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    for router in (operations(service, version, readiness), *routers):
        app.include_router(router)
    return app


def _add_layers(
    app: FastAPI,
    service: ServiceName,
    answers: ProblemAnswers,
    media_limits: dict[str, int],
    page_headers: Mapping[str, str],
    answer_seconds: float,
) -> None:
    """The layers of every service, innermost first."""
    app.add_middleware(AnswerDeadline, seconds=answer_seconds)
    app.add_middleware(BodyGuard, limits=media_limits)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=5)
    app.add_middleware(HeadFromGet)
    app.add_middleware(Exchange, service=service, answers=answers)
    app.add_middleware(AnswerHeaders, pages=page_headers)
    app.add_middleware(StreamHandover)


def _with_rate_limits(limits: RateLimits, lifespan: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def closing(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with lifespan(app) if lifespan else nullcontext():
                yield
        finally:
            await limits.close()

    return closing
