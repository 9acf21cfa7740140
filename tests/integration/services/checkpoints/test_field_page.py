"""The officer's page in a real browser: what was not sent survives a reload, and goes again with the same id."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

from deploy.embedded.ports import LOOPBACK
from services.checkpoints.app import create_app
from shared.clock import HANOI
from shared.http import serve_in_loop
from shared.mongo import connect, database_of
from shared.security.accounts_view import COLLECTION, apply_account_changed
from shared.security.sessions import COOKIE
from tests.embedded import Backends
from tests.eventually import PATIENCE, eventually
from tests.integration.services.checkpoints.conftest import PEOPLE, Checkpoints
from tests.places import give_back, own_environment, settings_from

pytestmark = [pytest.mark.kafka, pytest.mark.browser]

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
async def served(backends: Backends) -> AsyncIterator[Checkpoints]:
    """The service on a port of its own, where a browser waits for it from the beginning, with one field officer."""
    listener = socket.create_server((LOOPBACK, 0))
    port = listener.getsockname()[1]
    own = {"HAIVAN_PORT": str(port), "HAIVAN_CHECKPOINTS_URL": f"http://localhost:{port}"}
    settings = settings_from(own_environment(backends.bootstrap, backends.mongo_url) | own)
    app, mongo = create_app(settings), connect(settings)
    database = database_of(mongo, "checkpoints", settings)
    serving = asyncio.create_task(serve_in_loop(app, settings, listener))
    state = {"account_id": "chot-hai-van", "active": True, "agency": None, **PEOPLE["chot-hai-van"]}
    await apply_account_changed(database[COLLECTION], state, 1)
    checkpoints = Checkpoints(app, settings, database)
    async with checkpoints.client() as client:
        await eventually(lambda: client.get("/healthz"))
    yield checkpoints
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    mongo.close()
    give_back(settings)


@pytest.fixture
async def phone(served: Checkpoints, chromium: Path) -> AsyncIterator[BrowserContext]:
    """A phone 360 pixels wide whose owner is signed in."""
    async with async_playwright() as playwright, served.client("chot-hai-van") as client:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
        token, url = client.cookies[COOKIE], served.settings.url_of("checkpoints")
        await context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        context.set_default_timeout(1_000 * PATIENCE)
        yield context
        await browser.close()


async def opened(phone: BrowserContext, served: Checkpoints) -> Page:
    page = await phone.new_page()
    await page.goto(f"{served.settings.url_of('checkpoints')}/")
    await page.wait_for_selector("#pass-form[data-ready]")
    return page


async def test_a_pass_waits_on_the_phone_until_it_is_confirmed(served: Checkpoints, phone: BrowserContext) -> None:
    page = await opened(phone, served)
    await phone.set_offline(True)
    await page.fill("#f-plate", "43a-123.45")
    await page.click("#pass-form .actions button")
    await page.wait_for_selector("text=CHƯA GỬI ĐƯỢC")
    (waiting,) = await page.evaluate("passQueue.all()")
    await phone.set_offline(False)
    await page.reload()
    await eventually(lambda: page.evaluate("passQueue.all().then((items) => items.length === 0)"))
    assert await served.database["passes"].count_documents({"_id": waiting["id"]}) == 1


async def test_the_clock_shows_the_time_in_hue_whatever_zone_the_phone_is_set_to(
    served: Checkpoints, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    devtools = await phone.new_cdp_session(page)
    await devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"})
    await page.goto(f"{served.settings.url_of('checkpoints')}/")
    assert await page.evaluate("new Date('2026-11-28T12:00Z').getHours()") == 7

    async def is_that_of_hue() -> bool:
        shown = await page.inner_text("#pass-clock")
        return shown[:5] == datetime.now(HANOI).strftime("%H:%M")

    await eventually(is_that_of_hue)


async def test_a_lost_answer_makes_no_second_pass(served: Checkpoints, phone: BrowserContext) -> None:
    page = await opened(phone, served)
    before = await served.database["passes"].count_documents({})
    attempts: list[str] = []

    async def lose_the_first(route: object) -> None:
        attempts.append(route.request.headers["idempotency-key"])  # type: ignore[attr-defined]  # a playwright Route
        answer = await route.fetch()  # type: ignore[attr-defined]  # the server has it
        if len(attempts) == 1:
            await route.abort()  # type: ignore[attr-defined]  # but the phone never hears of it
        else:
            await route.fulfill(response=answer)  # type: ignore[attr-defined]  # as it came

    await page.route("**/api/v1/passes", lose_the_first)
    await page.fill("#f-plate", "43A-200.00")
    await page.click("#pass-form .actions button")
    await page.wait_for_selector("#pass-verdict .verdict >> text=KIỂM TRA THÊM")
    assert len(attempts) == 2
    assert len(set(attempts)) == 1
    assert await served.database["passes"].count_documents({}) == before + 1


async def test_the_verdict_fits_a_small_phone_and_nothing_scrolls_sideways(
    served: Checkpoints, phone: BrowserContext
) -> None:
    page = await opened(phone, served)
    await page.fill("#f-plate", "75A-999.01")
    await page.click("[data-step='1']")
    await page.click("#pass-form .actions button")
    await page.wait_for_selector("#pass-verdict .is-danger >> text=CÁCH LY")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    assert await page.evaluate("document.getElementById('pass-next').getBoundingClientRect().bottom") <= 740


async def test_a_refused_pass_says_why_and_can_be_corrected(served: Checkpoints, phone: BrowserContext) -> None:
    page = await opened(phone, served)
    await page.click("#pass-more summary")
    await page.fill("#f-phone", "không có")
    await page.click("#pass-form .actions button")
    await page.wait_for_selector("text=SỬA RỒI GỬI LẠI")
    await page.click("#pass-next")
    await page.click("#tray-wrong summary")
    await page.click("#tray-wrong >> text=Sửa")
    await page.wait_for_selector("#tray-wrong", state="hidden")
    assert await page.input_value("#f-phone") == "không có"
