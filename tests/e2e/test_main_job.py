"""The main job through its real doors: a citizen's phone, the CDC's own program, the hospital's page."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from services.routing.accounts.staffing import DEMO_PASSWORD
from shared.settings import ROOT
from tests.embedded import Backends
from tests.eventually import PATIENCE
from tests.places import give_back, own_environment, settings_from
from tests.services import Services
from tests.staff import sign_in

pytestmark = [pytest.mark.kafka, pytest.mark.browser, pytest.mark.timeout(600)]

expect.set_options(timeout=1_000 * PATIENCE)

PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1366, height=768)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def running(backends: Backends, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """All four services for all tests of this file, with the staff known."""
    environment = own_environment(backends.bootstrap, backends.mongo_url)
    with Services(environment, tmp_path_factory.mktemp("services")) as services:
        services.start()
        asyncio.run(sign_in(services, "benh-vien"))
        yield services
    give_back(settings_from(environment))


def test_a_report_reaches_cdc_and_hospital_and_both_answers_come_back(running: Services, browser: Browser) -> None:
    citizen = _on_a_phone(browser)
    _submit(citizen, running, "Mẹ tôi khó thở, môi tím tái, sốt 39 độ, vừa ở Đà Nẵng về", severe=True)
    expect(citizen.get_by_text("115").first).to_be_visible()
    officer = _signed_in(browser, running, "benh-vien")
    officer.goto(f"{running['routing'].url}/inbox")
    officer.locator("#queue-emergency a[href^='/cases/']").first.click()  # another test's may be there before it
    with _cdc_program(running):
        expect(citizen.get_by_text("CDC đã nhận").first).to_be_visible()
    _reply(officer, "Xe cấp cứu đang đến, xin mở sẵn cửa.")
    expect(citizen.get_by_text("Xe cấp cứu đang đến").first).to_be_visible()


def test_a_report_can_be_made_and_tracked_without_javascript(running: Services, browser: Browser) -> None:
    citizen = _on_a_phone(browser, javascript=False)
    code = _submit(citizen, running, "Tôi sốt nhẹ và đau họng từ hôm qua")
    assert citizen.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    citizen.goto(f"{running['intake'].url}/track")
    citizen.fill("input[name=code]", code)
    citizen.locator("main form button").first.click()
    expect(citizen.locator("main")).to_contain_text(code[:4])


def test_a_second_click_makes_no_second_report(running: Services, browser: Browser) -> None:
    citizen = _on_a_phone(browser, javascript=False)
    citizen.goto(f"{running['intake'].url}/reports/new?kind=question")
    fields = {
        field.get_attribute("name") or "": field.input_value()
        for field in citizen.locator("main input[type=hidden]").all()
    }
    form: dict[str, str | float | bool] = {**fields, "words": "Cho hỏi tiêm vắc xin ở đâu", "on_behalf": "no"}
    twice = [
        citizen.request.post(f"{running['intake'].url}/reports/new", form=form, max_redirects=0) for _ in range(2)
    ]
    assert twice[0].headers["location"] == twice[1].headers["location"]


def _on_a_phone(browser: Browser, *, javascript: bool = True) -> Page:
    context = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=javascript)
    return _patient(context.new_page())


def _patient(page: Page) -> Page:
    page.set_default_timeout(1_000 * PATIENCE)
    return page


def _submit(page: Page, services: Services, words: str, *, severe: bool = False) -> str:
    page.goto(f"{services['intake'].url}/reports/new?kind=suspected_infection")
    page.fill("textarea[name=words]", words)
    if severe:
        page.check("input[name=severe_signs][value=cannot_breathe]")
    page.locator("main form button.is-primary").click()
    page.wait_for_url("**/track/**")
    return _code_of(page)


def _code_of(page: Page) -> str:
    return page.url.rsplit("/", 1)[1].split("?")[0]


def _signed_in(browser: Browser, services: Services, account: str) -> Page:
    context: BrowserContext = browser.new_context(viewport=DESK, locale="vi-VN")
    page = _patient(context.new_page())
    page.goto(f"{services['routing'].url}/sign-in")
    page.fill("input[name=account]:visible", account)
    page.fill("input[name=password]:visible", DEMO_PASSWORD)
    page.locator("form:has(input[name=password]:visible) button").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def _reply(officer: Page, text: str) -> None:
    form = officer.locator(
        "form[action$=':reply'], form:has(button[value=reply]), form:has(input[value=reply])"
    ).first
    form.locator("textarea").first.fill(text)
    form.locator("button").first.click()


def _cdc_program(services: Services) -> subprocess.Popen[bytes]:
    settings = services.environment
    environment = {
        **os.environ,
        "KAFKA_BOOTSTRAP_SERVERS": settings["HAIVAN_KAFKA_BOOTSTRAP_SERVERS"],
        "HAIVAN_TOPIC_PREFIX": settings["HAIVAN_TOPIC_PREFIX"],
    }
    return _Ended([sys.executable, str(ROOT / "docs/samples/cdc.py")], env=environment, stdout=subprocess.DEVNULL)


class _Ended(subprocess.Popen[bytes]):
    """A program that is ended with its block."""

    def __exit__(self, *error: object) -> None:
        self.terminate()
        self.wait(PATIENCE)
