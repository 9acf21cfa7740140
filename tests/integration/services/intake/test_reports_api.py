"""Reports over HTTP, from the first POST to the last star."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from shared.rate_limits import RateLimit
from tests.eventually import eventually
from tests.integration.services.intake.conftest import Intake

pytestmark = pytest.mark.kafka

REPORT = {"kind": "question", "words": "Tôi từ Đà Nẵng về Huế thì có phải cách ly không?"}


async def submitted(intake: Intake, **fields: Any) -> dict[str, Any]:
    async with intake.client() as client:
        answer = await client.post(
            "/api/v1/reports", json={**REPORT, **fields}, headers={"Idempotency-Key": new_id()}
        )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def change(intake: Intake, code: str, what: str, body: Any = None, key: str | None = None) -> httpx.Response:
    async with intake.client() as client:
        headers = {"Idempotency-Key": key or new_id()}
        return await client.post(f"/api/v1/tracking/{code}:{what}", json=body, headers=headers)


async def test_a_report_is_answered_with_a_code_the_next_step_and_a_time(intake: Intake) -> None:
    answer = await submitted(intake)
    assert len(answer["tracking_code"]) == 14
    assert answer["advice"]["next_step_vi"]
    assert answer["advice"]["next_step_en"]
    assert answer["advice"]["by"] > answer["received_at"]
    assert not answer["advice"]["call_emergency"]


async def test_a_ward_of_nowhere_is_refused_with_its_field(intake: Intake) -> None:
    async with intake.client() as client:
        answer = await client.post("/api/v1/reports", json={**REPORT, "ward": "khong-co-xa-nay"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["ward"]


async def test_danger_is_answered_with_115(intake: Intake) -> None:
    assert (await submitted(intake, words="Ba tôi khó thở, tím môi"))["advice"]["call_emergency"]
    assert (await submitted(intake, severe_signs=["convulsion"]))["advice"]["call_emergency"]


async def test_a_retry_gets_the_first_answer_and_other_content_is_told(intake: Intake) -> None:
    headers = {"Idempotency-Key": new_id()}
    async with intake.client() as client:
        sent = [client.post("/api/v1/reports", json=REPORT, headers=headers) for _ in range(5)]
        answers = await asyncio.gather(*sent)
        other = await client.post("/api/v1/reports", json={**REPORT, "words": "Khác"}, headers=headers)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    assert other.status_code == 409
    assert other.json()["type"] == "/problems/idempotency-conflict"
    assert await intake.database["reports"].count_documents({"_id": headers["Idempotency-Key"]}) == 1


async def test_what_was_accepted_can_be_followed_at_once_however_the_code_is_typed(intake: Intake) -> None:
    code = (await submitted(intake))["tracking_code"]
    async with intake.client() as client:
        for typed in (code, code.lower(), f"{code[:4]}-{code[4:8]} {code[8:12]}-{code[12:]}"):
            answer = await client.get(f"/api/v1/tracking/{typed}")
            assert (answer.status_code, answer.json()["stage"]) == (200, "received")


async def test_a_mistyped_code_is_told_as_such_and_an_unknown_one_is_not_found(intake: Intake) -> None:
    code = (await submitted(intake))["tracking_code"]
    wrong = ("B" if code[0] == "A" else "A") + code[1:]
    async with intake.client() as client:
        mistyped = await client.get(f"/api/v1/tracking/{wrong}")
        short = await client.get("/api/v1/tracking/ABC")
        unknown = await client.get("/api/v1/tracking/00000000000000")
    assert (mistyped.status_code, mistyped.json()["type"]) == (422, "/problems/code-check-digit")
    assert (short.status_code, short.json()["type"]) == (422, "/problems/code-length")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-tracking-code")


async def test_guessing_codes_is_stopped(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RateLimit, "_scaled", lambda limit, _settings: limit._limit)  # as outside of tests
    async with intake.client() as client:

        async def refused() -> httpx.Response | None:  # a counter that answers late lets a few more through
            answer = await client.get("/api/v1/tracking/00000000000000")
            assert answer.status_code in {404, 429}
            return answer if answer.status_code == 429 else None

        assert "Retry-After" in (await eventually(refused)).headers


async def test_a_report_is_answered_withdrawn_reopened_and_rated(intake: Intake) -> None:
    code = (await submitted(intake))["tracking_code"]
    assert (await change(intake, code, "answer", {"text": "Tôi đi xe máy"})).json()["stage"] == "received"
    assert (await change(intake, code, "withdraw")).json()["stage"] == "withdrawn"
    refused = await change(intake, code, "answer", {"text": "Còn nữa"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/report-withdrawn")
    assert (await change(intake, code, "reopen", {"text": "Vẫn cần"})).json()["stage"] == "received"
    assert (await change(intake, code, "rate", {"stars": 4})).json()["stars"] == 4
    assert (await change(intake, code, "rate", {"stars": 6})).status_code == 422


async def test_the_same_addition_twice_is_one_addition(intake: Intake) -> None:
    answer = await submitted(intake)
    key = new_id()
    for _ in range(3):
        sent = await change(intake, answer["tracking_code"], "answer", {"text": "Một lần thôi"}, key)
        assert sent.status_code == 200
    other = await change(intake, answer["tracking_code"], "answer", {"text": "Khác"}, key)
    reopened = await change(intake, answer["tracking_code"], "reopen", {"text": "Một lần thôi"}, key)
    document = await intake.database["reports"].find_one({"_id": answer["report_id"]})
    assert document is not None
    assert [message["text"] for message in document["state"]["messages"]] == ["Một lần thôi"]
    assert (other.status_code, reopened.status_code) == (409, 409)


async def test_fields_that_only_the_service_sets_are_refused(intake: Intake) -> None:
    async with intake.client() as client:
        for field in ("severe", "tracking_hash", "status", "identity", "taken_by", "received_at", "stars", "version"):
            answer = await client.post("/api/v1/reports", json={**REPORT, field: "1"})
            assert answer.status_code == 422, field
