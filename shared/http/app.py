"""The HTTP application of a service: its routes behind one door that all four share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from shared.errors import Refusal
from shared.http.answers import API_HEADERS, AnswerHeaders, HeadFromGet
from shared.http.bodies import BodyGuard
from shared.http.exchange import Exchange, ProblemAnswers, RenderProblem
from shared.http.openapi import openapi_with_problems
from shared.http.operations import Readiness, operations
from shared.http.timeouts import AnswerDeadline
from shared.settings import Settings

Middleware = Callable[[ASGIApp], ASGIApp]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_COMPRESSED_FROM = 1024  # bytes; below, the gzip header eats the gain


def create_http_app(
    *,
    service: str,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    settings: Settings | None,
    readiness: Callable[[], Awaitable[Readiness]],
    lifespan: Lifespan | None = None,
    static: Path | ASGIApp | None = None,
    description: str = "",
    media_limits: Mapping[str, int] | None = None,
    middleware: Sequence[Middleware] = (),
    page_headers: Mapping[str, str] = API_HEADERS,
    render_problem: RenderProblem | None = None,
    state: Mapping[str, Any] | None = None,
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
        static: a folder, or an application, served at `/static`.
        description: of its API, Markdown.
        media_limits: path prefix → bytes, for routes that take more than 256 kB or other media types.
        middleware: more layers (CSRF), inside the body guard, first one outermost.
        page_headers: security headers of HTML answers.
        render_problem: draws a problem for a browser; None falls back to problem+json.
        state: more attributes for `app.state`.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages need inline script and a CDN; `/api` replaces them
        redoc_url=None,
        openapi_url=None,
    )
    answers = ProblemAnswers(service, render_problem)
    for kind in (Refusal, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answers.handle)
    for layer in reversed(list(middleware)):
        app.add_middleware(_Layer, layer=layer)
    app.add_middleware(BodyGuard, limits=dict(media_limits or {}))
    app.add_middleware(AnswerDeadline)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=5)
    app.add_middleware(HeadFromGet)
    app.add_middleware(Exchange, service=service, answers=answers)
    app.add_middleware(AnswerHeaders, pages=page_headers)
    app.state.settings = settings
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    app.openapi = openapi_with_problems(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    app.include_router(operations(service, version, readiness))
    for router in routers:
        app.include_router(router)
    if static is not None:
        app.mount("/static", StaticFiles(directory=static) if isinstance(static, Path) else static, name="static")
    return app


class _Layer:
    """Makes a plain function of an application one of Starlette's middleware classes."""

    def __new__(cls, app: ASGIApp, layer: Middleware) -> ASGIApp:  # type: ignore[misc]
        return layer(app)
