"""Problems drawn as the service's own pages."""

import base64
import os

import httpx
import pytest
from pydantic import SecretStr

from shared.http.problem_pages import problem_pages
from shared.profile import load_profile
from shared.settings import ROOT, Settings
from shared.web.pages import Pages
from shared.web.site import Site
from tests.unit.shared.http.conftest import make_app

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
