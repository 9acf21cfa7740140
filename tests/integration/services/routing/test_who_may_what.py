"""Every route × every role: who may is let in, who may not is refused, nobody is led to the sign-in page.

A route that is not in the table fails; so does a table entry without a route.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from services.routing.accounts.staffing import CHAIRS
from shared.security.people import Role
from tests.integration.services.routing.conftest import Routing

pytestmark = pytest.mark.kafka

Roles = frozenset[Role]
EVERYBODY = frozenset(Role)
OPEN: Roles | None = None
"""Open without a session, too."""
OFFICER, DISPATCHER, OPERATOR = (frozenset({role}) for role in (Role.OFFICER, Role.DISPATCHER, Role.OPERATOR))
WORKERS = OFFICER | DISPATCHER
READERS = WORKERS | {Role.CALL_TAKER}
MEMBERS = OFFICER | {Role.ENGINEER}

MATRIX: Mapping[str, Roles | None] = {
    **dict.fromkeys(
        (
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
            "GET /version",
            "GET /openapi.json",
            "GET /api",
            "GET /problems",
            "GET /problems/{slug}",
            "GET /static/{name:path}",
            "GET /favicon.ico",
            "GET /dashboard",
            "GET /dashboard/stream",
            "GET /api/v1/dashboard",
            "GET /",
            "GET /sign-in",
            "POST /sign-in",
            "GET /sign-out",
            "POST /api/v1/sessions",
        ),
        OPEN,
    ),
    **dict.fromkeys(
        (
            "GET /api/v1/sessions/current",
            "DELETE /api/v1/sessions/current",
            "POST /sign-out",
            "GET /me",
            "POST /me/password",
        ),
        EVERYBODY,
    ),
    **dict.fromkeys(
        (
            "GET /api/v1/accounts",
            "POST /api/v1/accounts",
            "POST /api/v1/accounts/{account_id}:close",
            "POST /api/v1/accounts/{account_id}:open",
            "PUT /api/v1/accounts/{account_id}/password",
            "POST /api/v1/accounts/{account_id}/keys",
            "DELETE /api/v1/accounts/{account_id}/keys/{key_id}",
            "GET /accounts",
            "GET /accounts/new",
            "POST /accounts/new",
            "GET /accounts/{account_id}",
            "GET /accounts/{account_id}/close",
            "POST /accounts/{account_id}/close",
            "POST /accounts/{account_id}/open",
            "POST /accounts/{account_id}/password/new",
            "POST /accounts/{account_id}/keys/new",
            "GET /accounts/{account_id}/keys/{key_id}/remove",
            "POST /accounts/{account_id}/keys/{key_id}/remove",
            "GET /api/v1/operations/dead-letters",
            "POST /api/v1/operations/dead-letters:replay",
            "GET /api/v1/operations/replays/{replay_id}",
            "GET /api/v1/operations/halts",
            "POST /api/v1/operations/halts:resume",
            "GET /api/v1/operations/unpublishable",
            "POST /api/v1/operations/unpublishable:release",
        ),
        OPERATOR,
    ),
    **dict.fromkeys(
        (
            "POST /api/v1/operations/audit:search",
            "POST /api/v1/operations/audit:verify",
            "GET /audit",
            "POST /audit/find",
            "POST /audit/check",
        ),
        OPERATOR | {Role.COMMITTEE},
    ),
    "GET /api/v1/cases": READERS | {Role.ENGINEER},
    "GET /api/v1/cases/{case_id}": READERS | {Role.ENGINEER},
    "POST /api/v1/tasks/{task_id}:acknowledge": WORKERS,
    "POST /api/v1/tasks/{task_id}:{step}": WORKERS,
    "POST /api/v1/agencies/{agency}/test-task": MEMBERS,
    "GET /inbox": OFFICER,
    "GET /inbox/stream": OFFICER,
    "GET /board": DISPATCHER,
    "GET /board/stream": DISPATCHER,
    "GET /cases/{case_id}": READERS,
    "GET /cases/{case_id}/stream": READERS,
    "POST /tasks/acknowledge": WORKERS,
    "POST /cases/{case_id}/tasks/{task_id}": WORKERS,
    "GET /agency": MEMBERS,
    "POST /agency/test-task": MEMBERS,
}
ONE_OF_EACH = {chair.roles[0]: chair.id for chair in CHAIRS}
GUARDED = [route for route, roles in MATRIX.items() if roles is not OPEN]


def test_every_route_stands_in_the_table_and_every_line_is_a_route(routing: Routing) -> None:
    found = {
        f"{method} {route.path}"
        for route in iter_route_contexts(routing.app.routes)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == set(MATRIX)


@pytest.mark.parametrize("route", GUARDED)
async def test_nobody_without_a_session_gets_in(routing: Routing, route: str) -> None:
    async with routing.client() as nobody:
        answer = await ask(nobody, route)
    if " /api/" in route:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{routing.settings.url_of('routing')}/sign-in?next=")


@pytest.mark.parametrize("route", GUARDED)
async def test_every_role_may_what_the_table_says_and_nothing_else(routing: Routing, route: str) -> None:
    allowed = MATRIX[route] or EVERYBODY
    for role, account in ONE_OF_EACH.items():
        async with routing.client(account) as client:
            answer = await ask(client, route)
        if role in allowed:
            assert answer.status_code not in {401, 403}, (role, route)
        else:
            assert answer.status_code == 403, (role, route)


@pytest.mark.parametrize("route", [route for route in GUARDED if not route.startswith("GET")])
async def test_no_change_goes_without_the_form_token_or_from_another_site(routing: Routing, route: str) -> None:
    account = ONE_OF_EACH[min(MATRIX[route] or EVERYBODY)]
    async with routing.client(account, form_token=False) as client:
        without = await ask(client, route)
    async with routing.client(account) as client:
        client.headers["Origin"] = "http://evil.example"
        foreign = await ask(client, route)
    assert (without.status_code, foreign.status_code) == (403, 403)


async def ask(client: httpx.AsyncClient, route: str) -> httpx.Response:
    """The route with ids that nobody has; of a stream only the head, since its body has no end."""
    method, path = route.split(" ")
    for name in ("account_id", "key_id", "case_id", "task_id", "agency", "replay_id"):
        path = path.replace(f"{{{name}}}", "nothing")
    path = path.replace("{step}", "reply")
    body: dict[str, Any] = {"json": {}} if path.startswith("/api/") and method != "GET" else {}
    return await client.request("HEAD" if path.endswith("/stream") else method, path, **body)
