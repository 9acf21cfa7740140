"""The dependencies on a small app, asked as browsers, programs and other sites would."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse

from shared.clock import now
from shared.errors import Refusal
from shared.security.accounts_view import ApiKeyView
from shared.security.api_keys import new_api_key
from shared.security.people import Person, Role
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.security.wiring import (
    CurrentPerson,
    FromOwnPage,
    OptionalPerson,
    build_security,
    clear_session_cookie,
    install,
    require,
    require_page,
    set_session_cookie,
)
from tests.unit.shared.security.builders import PRIVATE_JWK, AccountsInMemory, a_person, an_account, some_settings

OURS = {"origin": "http://localhost:8001"}
KEY = new_api_key()
settings = some_settings()
accounts = AccountsInMemory(
    {"cdc-officer": an_account(), "caller": an_account("caller", roles=("call_taker",), agency=None)},
    {
        KEY.id: ApiKeyView(
            id=KEY.id,
            sha256=KEY.sha256,
            scopes=frozenset({"identity:read"}),
            expires_at=None,
            owner=an_account(roles=("engineer",)),
        )
    },
)
security = build_security(settings, "intake", accounts)


router = APIRouter()


@router.get("/anybody")
async def anybody(person: OptionalPerson) -> str | None:
    return person.account if person else None


@router.get("/me")
async def me(person: CurrentPerson) -> str:
    return person.account


@router.get("/page")
async def page(person: Annotated[Person, require_page(Role.OFFICER)]) -> str:
    return person.account


@router.post("/page")
async def change_page(person: Annotated[Person, require_page(Role.OFFICER)]) -> str:
    return person.account


@router.post("/json")
async def change(person: Annotated[Person, require(Role.OFFICER, Role.DISPATCHER)], body: dict[str, Any]) -> Any:
    return body


@router.post("/form")
async def change_by_form(_: Annotated[Person, require(Role.OFFICER)], text: Annotated[str, Form()]) -> str:
    return text


@router.get("/identity")
async def identity(person: Annotated[Person, require(Role.OFFICER, scope="identity:read")]) -> str | None:
    return person.agency


@router.post("/identity")
async def look_up(person: Annotated[Person, require(Role.OFFICER, scope="identity:read")]) -> str | None:
    return person.agency


@router.get("/exports")
async def exports(person: Annotated[Person, require(Role.OFFICER, scope="exports:read")]) -> str | None:
    return person.agency


@router.post("/reports", dependencies=[FromOwnPage])
async def report() -> str:
    return "accepted"


def an_app() -> FastAPI:
    app = FastAPI()
    install(app, security)
    app.include_router(router)
    app.add_exception_handler(Refusal, answer_refusal)
    return app


async def answer_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse({"type": error.slug}, error.status, error.headers)


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(an_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8001") as client:
        yield client


@pytest.fixture
async def officer(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    browser.cookies.set(COOKIE, token_for("cdc-officer"))
    return browser


async def test_a_signed_in_person_is_known(officer: httpx.AsyncClient) -> None:
    assert (await officer.get("/me")).json() == "cdc-officer"
    assert (await officer.get("/anybody")).json() == "cdc-officer"
    assert (await officer.get("/page")).json() == "cdc-officer"


async def test_nobody_is_nobody(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/anybody")).json() is None
    answer = await browser.get("/me")
    assert (answer.status_code, answer.json()) == (401, {"type": "sign-in-needed"})


async def test_a_broken_cookie_is_nobody_where_nobody_is_welcome(browser: httpx.AsyncClient) -> None:
    browser.cookies.set(COOKIE, "broken")
    assert (await browser.get("/anybody")).json() is None
    assert (await browser.get("/me")).json() == {"type": "token-invalid"}


async def test_a_page_leads_who_is_not_signed_in_to_the_sign_in_and_back(browser: httpx.AsyncClient) -> None:
    for cookie in (None, "broken"):
        if cookie:
            browser.cookies.set(COOKIE, cookie)
        answer = await browser.get("/page?tab=1")
        assert answer.status_code == 303
        way_back = "http%3A%2F%2Flocalhost%3A8001%2Fpage%3Ftab%3D1"
        assert answer.headers["location"] == f"http://localhost:8002/sign-in?next={way_back}"


async def test_a_form_sent_without_a_session_leads_back_to_the_front_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/page", headers=OURS)
    assert answer.headers["location"] == "http://localhost:8002/sign-in?next=http%3A%2F%2Flocalhost%3A8001%2F"


async def test_a_part_of_a_page_is_told_to_leave_its_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/page", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("http://localhost:8002/sign-in?")


async def test_another_role_is_not_permitted(browser: httpx.AsyncClient) -> None:
    browser.cookies.set(COOKIE, token_for("caller"))
    for answer in (await browser.get("/page"), await browser.get("/identity")):
        assert (answer.status_code, answer.json()) == (403, {"type": "not-permitted"})


async def test_a_change_with_origin_and_token_is_accepted(officer: httpx.AsyncClient) -> None:
    token = security.csrf_token(a_person())
    by_header = await officer.post("/json", json={"a": 1}, headers=OURS | {"X-CSRF-Token": token})
    by_form = await officer.post("/form", data={"text": "xin chào", "csrf_token": token}, headers=OURS)
    by_upload = await officer.post("/form", data={"text": "x", "csrf_token": token}, headers=OURS, files={"f": b""})
    assert [by_header.json(), by_form.json(), by_upload.json()] == [{"a": 1}, "xin chào", "x"]


@pytest.mark.parametrize(
    ("headers", "slug"),
    [
        ({}, "foreign-origin"),
        ({"origin": "http://evil.example"}, "foreign-origin"),
        ({"origin": "http://localhost:8002"}, "foreign-origin"),
        ({"origin": "null"}, "foreign-origin"),
        ({**OURS, "sec-fetch-site": "cross-site"}, "foreign-origin"),
        (OURS | {"X-CSRF-Token": ""}, "form-expired"),
        (OURS | {"X-CSRF-Token": "x"}, "form-expired"),
        (OURS | {"X-CSRF-Token": security.csrf_token(a_person(session="session-2"))}, "form-expired"),
    ],
)
async def test_a_forged_change_is_refused(officer: httpx.AsyncClient, headers: dict[str, str], slug: str) -> None:
    if slug == "foreign-origin":
        headers = {"X-CSRF-Token": security.csrf_token(a_person()), **headers}
    for path in ("/json", "/page"):
        answer = await officer.post(path, json={}, headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"type": slug})


async def test_a_form_without_its_token_is_refused(officer: httpx.AsyncClient) -> None:
    answer = await officer.post("/form", data={"text": "x"}, headers=OURS)
    assert (answer.status_code, answer.json()) == (403, {"type": "form-expired"})


async def test_a_key_does_what_its_scopes_say_and_needs_no_form_token(browser: httpx.AsyncClient) -> None:
    browser.headers["authorization"] = f"Bearer {KEY.text}"
    assert (await browser.get("/identity")).json() == "cdc"
    assert (await browser.post("/identity")).json() == "cdc"
    assert (await browser.get("/exports")).json() == {"type": "not-permitted"}


async def test_routes_without_a_scope_are_closed_to_keys(browser: httpx.AsyncClient) -> None:
    browser.headers["authorization"] = f"Bearer {KEY.text}"
    for answer in (await browser.get("/me"), await browser.get("/page")):
        assert (answer.status_code, answer.json()) == (403, {"type": "not-permitted"})


async def test_a_bad_key_is_refused_even_beside_a_good_cookie(officer: httpx.AsyncClient) -> None:
    answer = await officer.get("/me", headers={"authorization": "Bearer hv_x_y"})
    assert (answer.status_code, answer.json()) == (401, {"type": "api-key-invalid"})


async def test_a_citizens_form_is_open_to_our_page_and_to_programs_but_not_to_other_sites(
    browser: httpx.AsyncClient,
) -> None:
    assert (await browser.post("/reports")).status_code == 200
    assert (await browser.post("/reports", headers=OURS)).status_code == 200
    assert (await browser.post("/reports", headers={"origin": "http://evil.example"})).status_code == 403


@pytest.mark.parametrize(("environment", "is_secure"), [("embedded", False), ("production", True)])
def test_the_cookie_is_for_browsers_only_and_secure_where_there_is_tls(environment: str, *, is_secure: bool) -> None:
    response = Response()
    set_session_cookie(response, some_settings(environment), "token")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("haivan_session=token; ")
    assert {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert ("Secure" in cookie) == is_secure


def test_signing_out_clears_the_cookie() -> None:
    response = Response()
    clear_session_cookie(response, settings)
    assert 'haivan_session=""' in response.headers["set-cookie"]
    assert "Max-Age=0" in response.headers["set-cookie"]


def token_for(account: str) -> str:
    return TokenIssuer(PRIVATE_JWK).issue(a_person(account), now())
