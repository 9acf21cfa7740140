"""Problems drawn as the service's own pages."""

import base64
import os
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from shared.clock import now
from shared.http.problem_pages import problem_pages
from shared.profile import load_profile
from shared.security import Person, Role, build_security, install, require_page
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.settings import ROOT, Settings
from shared.web.pages import Pages
from shared.web.site import Site
from tests.unit.shared.http.conftest import make_app
from tests.unit.shared.security.builders import PRIVATE_JWK, AccountsInMemory, a_person, some_settings

BROWSER = {"accept": "text/html,*/*;q=0.8"}


def secret(length: int) -> SecretStr:
    return SecretStr(base64.b64encode(os.urandom(length)).decode())


@pytest.fixture(scope="module")
def pages() -> Pages:
    settings = Settings(
        reference_key=secret(32),
        code_key=secret(32),
        master_key=secret(96),
        dead_letter_key=secret(32),
        token_public_key="{}",  # noqa: S106 - public
    )
    return Pages(Site.of("intake", settings, load_profile(ROOT / "profiles" / "hue")), folders=[])


async def test_a_lost_citizen_reads_a_sentence_and_the_hotline(pages: Pages) -> None:
    transport = httpx.ASGITransport(make_app(render_problem=problem_pages(pages)))
    async with httpx.AsyncClient(transport=transport, base_url="http://scratch", headers=BROWSER) as client:
        page = await client.get("/nowhere/0905123456")
        english = await client.get("/nowhere?lang=en")
        broken = await client.get("/api/v1/broken", headers={"accept": "*/*"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "Không có gì ở địa chỉ này" in page.text
    assert "tel:" in page.text
    assert page.headers["x-request-id"] in page.text
    assert "Nothing is at this address" in english.text
    assert broken.headers["content-type"] == "application/problem+json"


def app_of_desks(pages: Pages) -> FastAPI:
    """One page that is the operators' alone."""
    routes = APIRouter()

    @routes.get("/operators")
    async def operators(person: Annotated[Person, require_page(Role.OPERATOR)]) -> str:
        return person.account

    app = make_app(render_problem=problem_pages(pages, "console.html"), routers=[routes])
    install(app, build_security(some_settings(), "intake", AccountsInMemory()))
    return app


async def test_who_is_signed_in_is_named_where_something_is_refused_and_not_asked_to_sign_in(pages: Pages) -> None:
    transport = httpx.ASGITransport(app_of_desks(pages))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8001", headers=BROWSER) as client:
        stranger = await client.get("/nowhere")
        client.cookies.set(COOKIE, TokenIssuer(PRIVATE_JWK).issue(a_person(), now()))
        refused = await client.get("/operators")
        unknown = await client.get("/nowhere")
        client.cookies.set(COOKIE, "broken")
        broken = await client.get("/nowhere")
    assert [page.status_code for page in (stranger, refused, unknown, broken)] == [404, 403, 404, 404]
    for page in (refused, unknown):
        assert "Trần Thị Bình" in page.text
        assert "/sign-in" not in page.text
    for page in (stranger, broken):
        assert "/sign-in" in page.text
