import gzip

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.intake.reports.wording import KINDS
from services.intake.site.pages import router
from tests.unit.services.intake.builders import hue, intake_pages
from tests.unit.shared.web.markup_faults import faults_of

FIRST_PAGE_BYTES = 100_000


async def front_page(language: str = "vi") -> str:
    app = FastAPI()
    app.include_router(router(intake_pages(), hue()))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://intake") as client:
        return (await client.get("/", headers={"Accept-Language": language})).text


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_front_page_is_good_html(language: str) -> None:
    assert faults_of(await front_page(language)) == []


async def test_whom_to_call_stands_above_everything_one_may_want() -> None:
    html = await front_page()
    assert html.index("tel:115") < html.index("/reports/new")
    assert "tel:19001075" in html
    assert all(f"/reports/new?kind={kind}" in html for kind in KINDS)
    assert 'action="/track"' in html


async def test_everything_the_first_page_needs_fits_into_a_hundred_kilobytes() -> None:
    assets = intake_pages().assets
    names = ["haivan.css", "intake.css", "page.js", "live.js", "icon.svg", "ridge.svg"]
    page = len((await front_page()).encode())
    assert page + sum(assets.size(name) for name in names) < FIRST_PAGE_BYTES
    assert len(gzip.compress((await front_page()).encode())) < page


async def test_english_is_said_throughout() -> None:
    html = await front_page("en")
    assert "Report a suspected infection" in html
    assert "Báo người nghi nhiễm" not in html
