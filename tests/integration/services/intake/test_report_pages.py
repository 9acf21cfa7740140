"""Citizens' pages without JavaScript: the form, the receipt, the tracking page and all that can be done from it."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from tests.integration.services.intake.conftest import Intake, code_in
from tests.unit.shared.web.markup_faults import faults_of

pytestmark = pytest.mark.kafka

TYPED = {"words": "Mẹ tôi sốt 38 độ, ho nhẹ", "on_behalf": "yes", "ward": "thuan-hoa", "phone": "0905 123 456"}


class Hidden(HTMLParser):
    """The hidden fields of a page, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.fields[str(given["name"])] = given.get("value") or ""


async def filled(client: httpx.AsyncClient, path: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    page = await client.get(path)
    assert page.status_code == 200, page.text
    assert faults_of(page.text) == []
    return {**Hidden(page.text).fields, **typed}


async def sent(client: httpx.AsyncClient, **typed: Any) -> str:
    """Fill in and send a report; its tracking code."""
    form = await filled(client, "/reports/new?kind=suspected_infection", {**TYPED, **typed})
    answer = await client.post("/reports/new", data=form)
    assert answer.status_code == 303, answer.text
    return code_in(answer.headers["location"])


async def test_a_sent_form_leads_to_a_receipt_with_code_step_and_time(intake: Intake) -> None:
    async with intake.client() as client:
        code = await sent(client)
        receipt = await client.get(f"/track/{code}")
    assert faults_of(receipt.text) == []
    assert all(f"<span>{group}</span>" in receipt.text for group in re.findall(".{1,4}", code))
    assert "Chúng tôi đã nhận phản ánh của bạn." in receipt.text
    assert "Chậm nhất" in receipt.text
    assert receipt.headers["cache-control"] == "private, no-store"
    assert receipt.headers["referrer-policy"] == "no-referrer"
    assert 'http-equiv="refresh"' in receipt.text


async def test_danger_is_told_before_anything_else(intake: Intake) -> None:
    async with intake.client() as client:
        code = await sent(client, severe_signs=["blue_lips", "convulsion"])
        receipt = await client.get(f"/track/{code}")
    assert 'class="emergency"' in receipt.text
    assert receipt.text.index("tel:115") < receipt.text.index("code-large")


async def test_pressing_send_twice_makes_one_report(intake: Intake) -> None:
    async with intake.client() as client:
        form = await filled(client, "/reports/new?kind=question", {"words": "Tiêm ở đâu?"})
        answers = [await client.post("/reports/new", data=form) for _ in range(3)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await intake.database["reports"].count_documents({"_id": form["id"]}) == 1


async def test_going_back_and_changing_the_text_is_asked_about_and_keeps_the_text(intake: Intake) -> None:
    async with intake.client() as client:
        form = await filled(client, "/reports/new?kind=question", {"words": "Câu đầu"})
        await client.post("/reports/new", data=form)
        again = await client.post("/reports/new", data={**form, "words": "Câu khác"})
        assert again.status_code == 409
        assert "Câu khác" in again.text
        assert "đã gửi xong với nội dung khác" in again.text
        second = await client.post("/reports/new", data={**form, **Hidden(again.text).fields, "words": "Câu khác"})
    assert second.status_code == 303


async def test_a_wrong_field_is_told_beside_it_and_everything_typed_stays(intake: Intake) -> None:
    async with intake.client() as client:
        typed = {
            **TYPED,
            "phone": "12ab",
            "severe_signs": ["blue_lips"],
            "where.latitude": "99",
            "where.longitude": "0",
        }
        form = await filled(client, "/reports/new?kind=suspected_infection", typed)
        answer = await client.post("/reports/new", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert 'value="12ab"' in answer.text
    assert TYPED["words"] in answer.text
    assert 'value="blue_lips" checked' in answer.text
    assert f'value="{form["id"]}"' in answer.text
    assert "phone number" in answer.text


async def test_a_ward_of_nowhere_is_told_beside_its_field(intake: Intake) -> None:
    async with intake.client() as client:
        form = await filled(client, "/reports/new?kind=question", {"words": "Hỏi chuyện này", "ward": "nowhere"})
        answer = await client.post("/reports/new", data=form)
    assert answer.status_code == 422
    assert "Hỏi chuyện này" in answer.text
    assert 'id="f-ward-error"' in answer.text


async def test_a_report_from_another_sites_page_is_refused(intake: Intake) -> None:
    async with intake.client() as client:
        form = await filled(client, "/reports/new?kind=question", {"words": "?"})
        answer = await client.post("/reports/new", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("field", ["synthetic", "call_id", "severe", "tracking_hash", "taken_by"])
async def test_a_form_can_say_no_more_than_its_fields(intake: Intake, field: str) -> None:
    async with intake.client() as client:
        form = await filled(client, "/reports/new?kind=question", {"words": "?", field: "on"})
        assert (await client.post("/reports/new", data=form)).status_code == 422


async def test_a_code_leads_to_its_page_and_a_mistyped_one_is_told(intake: Intake) -> None:
    async with intake.client() as client:
        code = await sent(client)
        found = await client.post("/track", data={"code": f" {code[:7].lower()}-{code[7:]} "})
        mistyped = await client.post("/track", data={"code": ("B" if code[0] == "A" else "A") + code[1:]})
        nothing = await client.post("/track", data={"code": ""})
        unknown = await client.post("/track", data={"code": "00000000000000"})
        address = await client.get("/track/ABC")
    assert found.headers["location"] == f"/track/{code}"
    assert "gõ nhầm hoặc đảo chỗ" in mistyped.text
    assert [mistyped.status_code, nothing.status_code, unknown.status_code, address.status_code] == [
        422,
        422,
        404,
        422,
    ]
    assert all(faults_of(page.text) == [] for page in (mistyped, nothing, unknown, address))


async def test_a_report_is_added_to_withdrawn_and_reopened_by_forms_alone(intake: Intake) -> None:
    async with intake.client() as client:
        code = await sent(client)
        form = await filled(client, f"/track/{code}/add", {"text": "Mẹ tôi 70 tuổi, gọi 0905123456"})
        for _ in range(2):
            assert (await client.post(f"/track/{code}/add", data=form)).status_code == 303
        page = (await client.get(f"/track/{code}")).text
        assert page.count("Mẹ tôi 70 tuổi, gọi [SĐT]") == 1
        empty = await client.post(f"/track/{code}/add", data={**form, "text": ""})
        assert (empty.status_code, faults_of(empty.text)) == (422, [])

        confirm = await client.get(f"/track/{code}/withdraw")
        assert faults_of(confirm.text) == []
        assert (await client.post(f"/track/{code}/withdraw")).status_code == 303
        assert "Bạn đã rút lại" in (await client.get(f"/track/{code}")).text

        form = await filled(client, f"/track/{code}/reopen", {"text": "Mẹ tôi lại sốt"})
        assert (await client.post(f"/track/{code}/reopen", data=form)).status_code == 303
        assert "Mẹ tôi lại sốt" in (await client.get(f"/track/{code}")).text


async def test_stars_are_given_and_changed(intake: Intake) -> None:
    async with intake.client() as client:
        code = await sent(client)
        for stars in ("3", "5", "5", "3"):
            assert (await client.post(f"/track/{code}/rating", data={"stars": stars})).status_code == 303
        assert (await client.post(f"/track/{code}/rating", data={"stars": "9"})).status_code == 422
        progress = await client.get(f"/api/v1/tracking/{code}")
    assert progress.json()["stars"] == 3


@pytest.mark.parametrize("path", ["/", "/reports/new", "/reports/new?kind=nonsense", "/track"])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_is_there_in_both_languages(intake: Intake, path: str, language: str) -> None:
    async with intake.client() as client:
        page = await client.get(path, headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert faults_of(page.text) == []
