"""The hotline: one call has one call-taker, nothing typed is lost, the caller leaves with a code."""

import asyncio
from typing import Any

import pytest

from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.intake.conftest import Intake, code_in, everything_on
from tests.integration.services.intake.listening import Heard
from tests.unit.shared.web.markup_faults import faults_of

pytestmark = pytest.mark.kafka

TYPED = {"kind": "suspected_infection", "words": "Chồng tôi sốt 38 độ", "phone": "0905 000 457", "name": "Lê Thị Mận"}


async def ringing(intake: Intake, phone: str | None = "0905000457") -> str:
    async with intake.client("tong-dai") as exchange:
        body = {"phone": phone} if phone else {}
        answer = await exchange.post("/api/v1/calls", json=body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["call_id"])


async def answered(intake: Intake, **about: Any) -> str:
    call_id = await ringing(intake, **about)
    async with intake.client("tong-dai") as client:
        assert (await client.post(f"/console/calls/{call_id}/answer")).status_code == 303
    return call_id


async def test_two_who_answer_at_once_one_has_the_call_and_the_other_is_told_who(intake: Intake) -> None:
    call_id = await ringing(intake)
    async with intake.client("tong-dai") as first, intake.client("tong-dai-2") as second:
        answers = await asyncio.gather(*(c.post(f"/console/calls/{call_id}/answer") for c in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    winner = (await intake.database["calls"].find_one({"_id": call_id}) or {})["state"]["operator"]
    (told,) = [answer.text for answer in answers if answer.status_code == 409]
    assert f"{winner} đã nhấc máy cuộc gọi này." in told
    assert faults_of(told) == []


async def test_the_screen_shows_the_number_and_what_the_caller_reported_before(intake: Intake) -> None:
    async with intake.client() as citizen:
        before = {"kind": "question", "words": "Chuyện lần trước", "phone": "0905000458"}
        await citizen.post("/api/v1/reports", json=before)
    call_id = await answered(intake, phone="0905000458")
    async with intake.client("tong-dai") as client:
        page = (await client.get(f"/console/calls/{call_id}")).text
    assert "0905 000 458" in page
    assert "Chuyện lần trước" in page
    assert faults_of(page) == []


async def test_seeing_a_callers_number_is_recorded(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        await client.get(f"/console/calls/{call_id}")
    entries = await intake.app.state.runtime.audit.search(subject=f"call/{call_id}", limit=10)
    assert [(entry.actor, entry.action) for entry in entries] == [("tong-dai", "call.read")]


async def test_a_draft_survives_a_reload_half_typed_as_it_is_and_sealed(intake: Intake) -> None:
    call_id = await answered(intake)
    draft = {"words": "Chồng tôi", "phone": "0905 0", "severe_signs": ["blue_lips"], "kind": "medical_support"}
    async with intake.client("tong-dai") as client:
        assert (await client.post(f"/console/calls/{call_id}/draft", data=draft)).status_code == 204
        page = (await client.get(f"/console/calls/{call_id}")).text
    assert "Chồng tôi" in page
    assert 'value="0905 0"' in page
    assert 'value="blue_lips" checked' in page
    assert 'value="medical_support" required id="f-kind-2" data-key="2" checked' in page
    document = str(await intake.database["calls"].find_one({"_id": call_id}))
    assert "Chồng tôi" not in document


async def test_nobody_else_opens_writes_into_or_sends_a_call_that_is_being_spoken(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai-2") as other:
        page = await other.get(f"/console/calls/{call_id}")
        draft = await other.post(f"/console/calls/{call_id}/draft", data={"words": "x"})
        report = await other.post(f"/console/calls/{call_id}/report", data=TYPED)
        ended = await other.post(f"/console/calls/{call_id}/end", data={"outcome": "prank"})
        by_api = await other.post(f"/api/v1/calls/{call_id}:end", json={"outcome": "prank"})
    assert {answer.status_code for answer in (page, draft, report, ended, by_api)} == {409}
    assert "0905 000 457" not in page.text


async def test_a_draft_takes_no_field_that_the_form_does_not_have(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        assert (await client.post(f"/console/calls/{call_id}/draft", data={"status": "ended"})).status_code == 422
        unsigned = await client.post(
            f"/console/calls/{call_id}/draft", data={"words": "x"}, headers={"X-CSRF-Token": "made-up"}
        )
    assert unsigned.status_code == 403


async def test_a_call_becomes_one_report_whose_code_is_read_aloud_and_ends_with_an_outcome(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        for _ in range(2):
            sent = await client.post(f"/console/calls/{call_id}/report", data={**TYPED, "severe_signs": "blue_lips"})
            assert sent.status_code == 303, sent.text
        page = (await client.get(f"/console/calls/{call_id}")).text
        assert "Đọc mã theo dõi cho người gọi" in page
        assert "Bảo người gọi gọi 115 ngay" in page
        assert faults_of(page) == []
        wrong = await client.post(f"/console/calls/{call_id}/end", data={"outcome": "nonsense"})
        assert (wrong.status_code, faults_of(wrong.text)) == (422, [])
        ended = {"outcome": "screening", "note": "Dặn gọi 115, số 0905000457"}
        assert (await client.post(f"/console/calls/{call_id}/end", data=ended)).status_code == 303
        assert (await client.post(f"/console/calls/{call_id}/end", data=ended)).status_code == 303
        assert faults_of((await client.get(f"/console/calls/{call_id}")).text) == []

    async def said() -> list[Any]:
        calls = [each for each in await everything_on(intake, "intake.calls.v1") if each["call_id"] == call_id]
        return calls if len(calls) == 2 else []

    answered_event, ended_event = await eventually(said)
    assert answered_event["operator"] == "tong-dai"
    assert (ended_event["outcome"], ended_event["note"]) == ("screening", "Dặn gọi 115, số [SĐT]")

    async def reported() -> list[Any]:
        return [each for each in await everything_on(intake, "intake.reports.v1") if each["call_id"] == call_id]

    reports = await eventually(reported)
    assert [report["report_id"] for report in reports] == [ended_event["report_id"]]
    assert reports[0]["channel"] == "hotline"
    assert not [secret for secret in ("Mận", "0905000457", "000 457") if secret in str([answered_event, reports])]


async def test_a_second_text_for_the_same_call_is_refused_and_shown_the_report_there_is(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        await client.post(f"/console/calls/{call_id}/report", data=TYPED)
        other = await client.post(f"/console/calls/{call_id}/report", data={**TYPED, "words": "Khác"})
    assert other.status_code == 409
    assert code_in_card(other.text)
    assert "đã thành một phản ánh với nội dung khác" in other.text
    assert "Idempotency-Key" not in other.text


async def test_who_records_a_call_anew_is_told_that_it_is_recorded(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        assert (await client.post(f"/console/calls/{call_id}/end", data={"outcome": "prank"})).status_code == 303
        again = await client.post(f"/console/calls/{call_id}/end", data={"outcome": "screening"})
    assert again.status_code == 409
    assert "tong-dai đã ghi xong cuộc gọi này." in again.text


async def test_a_call_cannot_lead_to_a_report_that_there_is_not(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        ended = {"outcome": "screening", "report_id": new_id()}
        refused = await client.post(f"/api/v1/calls/{call_id}:end", json=ended)
        assert (await client.get(f"/console/calls/{call_id}")).status_code == 200
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["report_id"]


def code_in_card(page: str) -> bool:
    return 'class="code-large"' in page


async def test_a_wrong_field_keeps_what_was_written_down(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        refused = await client.post(f"/console/calls/{call_id}/report", data={**TYPED, "phone": "12ab"})
    assert refused.status_code == 422
    assert TYPED["words"] in refused.text
    assert 'value="12ab"' in refused.text
    assert faults_of(refused.text) == []


async def test_a_call_is_taken_by_hand_once_with_or_without_a_number(intake: Intake) -> None:
    async with intake.client("tong-dai") as client:
        for phone in ("", "0905000459"):
            form = {"id": new_id(), "phone": phone}
            first, again = [await client.post("/console/calls", data=form) for _ in range(2)]
            assert first.status_code == again.status_code == 303
            assert first.headers["location"] == again.headers["location"] == f"/console/calls/{form['id']}"
        wrong = await client.post("/console/calls", data={"id": new_id(), "phone": "abc"})
        assert (wrong.status_code, faults_of(wrong.text)) == (422, [])


async def test_a_caller_who_hung_up_is_recorded_as_missed(intake: Intake) -> None:
    call_id = await ringing(intake)
    async with intake.client("tong-dai") as client:
        assert (await client.post(f"/console/calls/{call_id}/miss")).status_code == 303
        assert (await client.post(f"/console/calls/{call_id}/answer")).status_code == 409


async def test_an_open_desk_hears_the_phone_ring_and_stop(intake: Intake) -> None:
    async with intake.client("tong-dai") as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        async with Heard(intake.app, "/console/stream", cookie) as heard:
            await heard.until('id="ringing"')
            call_id = await ringing(intake)
            await heard.until(f"waiting-{call_id}")
            await client.post(f"/console/calls/{call_id}/answer")
            await heard.until_without(f"waiting-{call_id}")


@pytest.mark.parametrize("path", ["/console", "/console/calls/x", "/console/stream"])
async def test_the_console_is_for_call_takers(intake: Intake, path: str) -> None:
    async with intake.client() as nobody, intake.client("cdc") as officer:
        away = await nobody.get(path)
        assert away.status_code == 303
        assert "/sign-in?next=" in away.headers["location"]
        assert (await officer.get(path)).status_code == 403


async def test_whoever_knows_the_code_follows_what_was_said_on_the_phone(intake: Intake) -> None:
    call_id = await answered(intake)
    async with intake.client("tong-dai") as client:
        answer = await client.post(f"/api/v1/calls/{call_id}/report", json={"kind": "question", "words": "Hỏi"})
        page = await client.post("/track", data={"code": answer.json()["tracking_code"]})
    assert code_in(page.headers["location"]) == answer.json()["tracking_code"]
