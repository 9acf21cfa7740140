"""What routing says reaches the tracking page: at the next look, and at once where a page is open."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from services.intake.reports import live
from services.intake.site import store as site_store
from services.intake.site.bells import Bells, rung
from services.intake.site.store import Changed, MongoChanges
from shared.clock import now
from shared.events.cases import (
    CaseAcknowledged,
    CaseAsked,
    CaseAssigned,
    CaseEvent,
    CaseOpened,
    CaseReplied,
    CaseResolved,
    CaseTriaged,
)
from shared.ids import new_id
from tests.eventually import PATIENCE, eventually
from tests.integration.services.intake.conftest import Intake
from tests.integration.services.intake.listening import Heard

pytestmark = pytest.mark.kafka

CDC = "Trung tâm Kiểm soát bệnh tật thành phố Huế"
HANGING = 30.0
"""Seconds. Nobody speaks of this report again, so whoever waited for it would take longer than any busy machine."""


class Case:
    """A case of routing as intake hears of it."""

    def __init__(self, intake: Intake, report_id: str) -> None:
        self._intake = intake
        self._ids = {"case_id": new_id(), "report_id": report_id}
        self._sequence = 0

    async def goes_on(self, kind: type[CaseEvent], **fields: Any) -> None:
        self._sequence += 1
        given = kind.contract.example | {"text": "", **self._ids, "at": now(), **fields}
        await self._intake.says(kind.model_validate(given), self._sequence)


async def submitted(intake: Intake, words: str = "Sốt và ho từ hôm qua") -> tuple[Case, str]:
    async with intake.client() as client:
        answer = await client.post("/api/v1/reports", json={"kind": "suspected_infection", "words": words})
    return Case(intake, answer.json()["report_id"]), answer.json()["tracking_code"]


async def page_of(intake: Intake, code: str) -> str:
    async with intake.client() as client:
        return (await client.get(f"/track/{code}")).text


async def test_every_step_of_a_case_shows_on_the_page(intake: Intake) -> None:
    case, code = await submitted(intake)
    await case.goes_on(CaseOpened)
    await case.goes_on(CaseTriaged, urgency="high", agencies=("cdc",))
    await case.goes_on(CaseAssigned)
    await case.goes_on(CaseAcknowledged)
    await case.goes_on(CaseAsked, text="Bác có bệnh nền không ạ?")

    async def asked() -> str:
        page = await page_of(intake, code)
        return page if "Bác có bệnh nền không ạ?" in page else ""

    page = await eventually(asked)
    assert f"{CDC} đã nhận việc" in page
    assert f"{CDC} hỏi bạn" in page
    assert 'class="badge urgency is-high"' in page
    async with intake.client() as client:
        await client.post(f"/api/v1/tracking/{code}:answer", json={"text": "Dạ có, tiểu đường"})
    assert f"{CDC} đang chờ bạn trả lời." not in await page_of(intake, code)

    await case.goes_on(CaseReplied, text="Chiều nay cán bộ đến lấy mẫu.")
    await case.goes_on(CaseResolved, text="Âm tính.", closed=True)

    async def closed() -> bool:
        page = await page_of(intake, code)
        return "Chiều nay cán bộ đến lấy mẫu." in page and 'name="stars"' in page

    await eventually(closed)


async def test_events_told_twice_and_out_of_order_show_once_and_in_order(intake: Intake) -> None:
    case, code = await submitted(intake)
    steps: list[tuple[type[CaseEvent], dict[str, str]]] = [
        (CaseAssigned, {}), (CaseReplied, {"text": "Đã xem."}), (CaseAcknowledged, {}),
    ]  # fmt: skip
    at = now()
    for sequence in (3, 1, 2, 3, 1):
        case._sequence = sequence - 1
        kind, fields = steps[sequence - 1]
        await case.goes_on(kind, at=at, **fields)

    async def told() -> list[str]:
        async with intake.client() as client:
            steps = (await client.get(f"/api/v1/tracking/{code}")).json()["steps"]
        return [step["what"] for step in steps] if len(steps) >= 3 else []

    assert await eventually(told) == ["assigned", "replied", "acknowledged"]


async def test_the_receipt_waits_a_moment_for_triage_and_no_longer(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_FRESH", timedelta(hours=1))
    case, code = await submitted(intake, "Mẹ tôi khó thở")
    loop = asyncio.get_running_loop()
    began = loop.time()
    without = await page_of(intake, code)
    waited = loop.time() - began
    assert "Mức khẩn cấp:" not in without
    assert live.TRIAGE_SECONDS <= waited < HANGING

    monkeypatch.setattr(live, "TRIAGE_SECONDS", PATIENCE)
    waiting = asyncio.create_task(page_of(intake, code))
    await case.goes_on(CaseTriaged, urgency="emergency")
    assert "Mức khẩn cấp:" in await waiting


async def test_an_open_page_hears_of_a_step_at_once(intake: Intake) -> None:
    case, code = await submitted(intake)
    async with Heard(intake.app, f"/track/{code}/stream") as heard:
        assert "Trung tâm đã nhận phản ánh" in await heard.until('id="moments"')
        await case.goes_on(CaseAssigned)
        await heard.until(f"Đã chuyển đến {CDC}")
        await case.goes_on(CaseReplied, text="Có <b>cán bộ</b> đến")
        assert "Có &lt;b&gt;cán bộ&lt;/b&gt; đến" in await heard.until("cán bộ")


async def test_what_the_reporter_adds_in_one_window_shows_in_the_other(intake: Intake) -> None:
    _case, code = await submitted(intake)
    async with Heard(intake.app, f"/track/{code}/stream") as heard:
        await heard.until('id="moments"')
        async with intake.client() as client:
            await client.post(f"/api/v1/tracking/{code}:answer", json={"text": "Viết ở máy khác"})
        await heard.until("Viết ở máy khác")


async def test_a_stream_of_an_unknown_code_is_refused_before_it_begins(intake: Intake) -> None:
    async with intake.client() as client:
        assert (await client.get("/track/00000000000000/stream")).status_code == 404
        assert (await client.get("/track/ABC/stream")).status_code == 422


async def test_without_a_change_stream_pages_are_told_to_look_for_themselves(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_changes: MongoChanges) -> AsyncIterator[Changed | None]:
        raise OperationFailure("no change streams here")
        yield None

    monkeypatch.setattr(MongoChanges, "_streamed", away)
    monkeypatch.setattr(site_store, "POLL_SECONDS", 0.01)
    bells = Bells(MongoChanges(intake.app.state.runtime, ["reports"]).follow)
    with bells.listen("r-1") as bell:
        ringing = asyncio.create_task(bells.run())
        assert await rung(bell, within=PATIENCE)
        bell.clear()
        assert await rung(bell, within=PATIENCE)
        ringing.cancel()
