"""Problems for people with a browser: the service's own page instead of JSON."""

from starlette.requests import Request
from starlette.responses import Response

from shared.http.exchange import RenderProblem
from shared.http.problems import Problem
from shared.security.wiring import person_to_greet
from shared.telemetry import current_request_id
from shared.web.pages import Pages


def problem_pages(pages: Pages, layout: str = "citizen.html") -> RenderProblem:
    """The `render_problem` of `create_http_app` for a service with pages."""

    def render(request: Request, problem: Problem) -> Response:
        return pages.render(
            request,
            "refusal.html",
            person=person_to_greet(request),
            status=problem.status,
            headers=problem.headers,
            layout=layout,
            refusal=problem,
            trace=current_request_id.get() or "",
        )

    return render
