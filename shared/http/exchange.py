"""The outermost layer: names each request, measures it, logs one line, and lets no exception reach the server."""

import time
from collections.abc import Callable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.bodies import ClientLeft
from shared.http.failures import problem_of
from shared.http.problems import Problem, problem_response
from shared.ids import new_id
from shared.telemetry import (
    HTTP_IN_PROGRESS,
    HTTP_PROBLEMS,
    HTTP_REQUESTS,
    HTTP_SECONDS,
    child_traceparent,
    current_request_id,
    current_traceparent,
)

RenderProblem = Callable[[Request, Problem], Response | None]

_log = structlog.get_logger("http")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds by machines


class ProblemAnswers:
    """Turns whatever was raised into the answer a client of this kind can read."""

    def __init__(self, service: str, render_problem: RenderProblem | None) -> None:
        self._service = service
        self._render = render_problem

    async def handle(self, request: Request, error: Exception) -> Response:
        """The same as a coroutine, which spares Starlette a thread for each refusal."""
        return self(request, error)

    def __call__(self, request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        HTTP_PROBLEMS.labels(self._service, problem.slug).inc()
        if self._render is not None and _reads_html(request):
            page = self._render(request, problem)
            if page is not None:
                page.headers.update(problem.headers)
                return page
        return problem_response(request, problem)


def _reads_html(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return not request.url.path.startswith("/api/") and "text/html" in accepted and "problem+json" not in accepted


class Exchange:
    """ASGI middleware around everything else of one service."""

    def __init__(self, app: ASGIApp, service: str, answers: ProblemAnswers) -> None:
        self._app = app
        self._service = service
        self._answers = answers
        self._in_progress = HTTP_IN_PROGRESS.labels(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        observed = _Observed(send)
        current_request_id.set(new_id())
        current_traceparent.set(child_traceparent(_header(scope, b"traceparent")))
        with self._in_progress.track_inprogress():
            try:
                await self._answer(scope, receive, observed)
            finally:
                self._record(scope, observed)

    async def _answer(self, scope: Scope, receive: Receive, observed: "_Observed") -> None:
        try:
            await self._app(scope, receive, observed)
        except (ClientLeft, ClientDisconnect):
            observed.status = 499  # nobody reads an answer; the figure is the one nginx uses
        except Exception as error:
            answer = self._answers(Request(scope), error)
            if observed.status:  # half an answer is out: only cutting the connection tells the client so
                raise
            await answer(scope, receive, observed)

    def _record(self, scope: Scope, observed: "_Observed") -> None:
        route = route_template(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        HTTP_REQUESTS.labels(self._service, method, route, str(observed.status)).inc()
        HTTP_SECONDS.labels(self._service, method, route).observe(observed.seconds)
        if route not in _QUIET:
            milliseconds = round(observed.seconds * 1000, 1)
            _log.info("request", method=method, route=route, status=observed.status, ms=milliseconds)


class _Observed:
    """The `send` of one exchange, remembering how it went; adds the request's id to the answer."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._began = time.perf_counter()
        self._ended: float | None = None
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            request_id = current_request_id.get() or ""
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
        elif self._ended is None:
            self._ended = time.perf_counter()
        await self._send(message)

    @property
    def seconds(self) -> float:
        return (self._ended or time.perf_counter()) - self._began


def route_template(scope: Scope) -> str:
    """The path as declared (`/api/v1/reports/{report_id}`), never as asked: that may hold a code or a name."""
    template = getattr(scope.get("route"), "path", None)
    if isinstance(template, str):
        return template
    return "/static" if scope["path"].startswith("/static/") else "(unknown)"


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)
