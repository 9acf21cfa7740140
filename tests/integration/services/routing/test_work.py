"""What officers do on the pages: two at once, decline, other agencies' cases, the dispatcher."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from services.routing.cases.domain import Case, TaskStatus
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.routing.conftest import Routing
from tests.unit.shared.web.markup_faults import faults_of

pytestmark = pytest.mark.kafka

HTML = {"Accept": "text/html"}


def task_of(case: Case, agency: str = "cdc") -> str:
    return next(task.id for task in case.tasks if task.agency == agency)


async def form_on(client: httpx.AsyncClient, case: Case, agency: str = "cdc") -> dict[str, str]:
    """The hidden fields of the work form on a case's page."""
    page = (await client.get(f"/cases/{case.id}")).text
    assert faults_of(page) == []
    form = re.search(rf'action="/cases/{case.id}/tasks/{task_of(case, agency)}">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[1]))


async def send(client: httpx.AsyncClient, case: Case, form: dict[str, str], **said: str) -> httpx.Response:
    path = f"/cases/{case.id}/tasks/{task_of(case)}"
    return await client.post(path, data=form | said, headers=HTML)


async def stored(routing: Routing, case: Case) -> Case:
    found = await routing.case(case.id)
    assert found is not None
    return found


async def test_of_two_who_acknowledge_at_once_one_is_told(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("cdc") as first, routing.client("dieu-phoi") as second:
        path = f"/api/v1/tasks/{task_of(case)}:acknowledge"
        answers = await asyncio.gather(*(client.post(path) for client in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    told = next(answer for answer in answers if answer.status_code == 409)
    assert told.json()["type"].endswith("task-already-acknowledged")
    changed = await stored(routing, case)
    assert [entry.what for entry in changed.timeline].count("acknowledge") == 1


async def test_a_double_press_is_one_acknowledgement_and_a_colleague_is_told_on_the_page(routing: Routing) -> None:
    case = await routing.a_case()
    form = {"task": task_of(case), "back": f"/cases/{case.id}"}
    async with routing.client("cdc") as officer, routing.client("dieu-phoi") as colleague:
        for _ in range(2):
            answer = await officer.post("/tasks/acknowledge", data=form)
            assert answer.headers["location"] == f"/cases/{case.id}"
        assert "Việc này giờ là của cơ quan bạn" in (await officer.get(f"/cases/{case.id}")).text
        await colleague.post("/tasks/acknowledge", data=form)
        assert "đã xác nhận việc này trước" in (await colleague.get(f"/cases/{case.id}")).text
    assert [entry.what for entry in (await stored(routing, case)).timeline] == ["opened", "acknowledge"]


async def test_who_answers_second_reads_what_the_first_said_and_loses_nothing(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("cdc") as first, routing.client("cdc") as second:
        forms = [await form_on(client, case) for client in (first, second)]
        sent = await send(first, case, forms[0], step="reply", text="Đội đang tới, số 0905 123 456.")
        assert sent.status_code == 303
        told = await send(second, case, forms[1], step="reply", text="Câu của người thứ hai.")
        assert told.status_code == 412
        assert "Đội đang tới, số [SĐT]." in told.text
        assert "\nCâu của người thứ hai.</textarea>" in told.text
        assert len((await stored(routing, case)).timeline) == 2
        form = await form_on(second, case)
        assert (await send(second, case, form, step="reply", text="Vẫn gửi.")).status_code == 303
        assert (await send(second, case, form, step="reply", text="Vẫn gửi.")).status_code == 303
    assert [entry.text for entry in (await stored(routing, case)).timeline[2:]] == ["Vẫn gửi."]


async def test_the_same_words_under_another_button_are_no_repeat(routing: Routing) -> None:
    """A page kept by the browser has the same key: what its second button says must not pass for done."""
    case = await routing.a_case()
    async with routing.client("cdc") as officer:
        form = await form_on(officer, case)
        assert (await send(officer, case, form, step="progress", text="Đã đến nơi.")).status_code == 303
        told = await send(officer, case, form, step="resolve", text="Đã đến nơi.")
        assert told.status_code == 412
        assert (await stored(routing, case)).task(task_of(case)).status is TaskStatus.ACKNOWLEDGED
        form = await form_on(officer, case)
        assert (await send(officer, case, form, step="resolve", text="Đã đến nơi.")).status_code == 303
    assert (await stored(routing, case)).task(task_of(case)).status is TaskStatus.RESOLVED


async def test_one_key_for_two_steps_is_refused(routing: Routing) -> None:
    case = await routing.a_case()
    path, key, said = f"/api/v1/tasks/{task_of(case)}", {"Idempotency-Key": new_id()}, {"text": "Xong."}
    async with routing.client("cdc") as officer:
        first, again = [await officer.post(f"{path}:progress", json=said, headers=key) for _ in range(2)]
        other = await officer.post(f"{path}:resolve", json=said, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert other.json()["type"].endswith("idempotency-conflict")


async def test_an_empty_text_is_asked_for_and_nothing_is_recorded(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("cdc") as officer:
        answer = await send(officer, case, await form_on(officer, case), step="decline", text="  ")
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert 'href="#f-text"' in answer.text
    assert len((await stored(routing, case)).timeline) == 1


async def test_a_decline_hands_the_task_on_and_the_next_agency_sees_it_at_once(routing: Routing) -> None:
    case = await routing.a_case(kind="violation", text="Hàng xóm tụ tập nhậu đông người không đeo khẩu trang")
    assert [task.agency for task in case.tasks] == ["police"]
    async with routing.client("cong-an") as police, routing.client("thong-tin") as desk:
        form = await form_on(police, case, "police")
        assert (await desk.get(f"/cases/{case.id}")).status_code == 404
        path = f"/cases/{case.id}/tasks/{task_of(case, 'police')}"
        await police.post(path, data=form | {"step": "decline", "text": "Ngoài địa bàn"})
        assert (await desk.get(f"/cases/{case.id}")).status_code == 200
        assert f"line-{case.id}" in (await desk.get("/inbox")).text
    changed = await stored(routing, case)
    assert [task.status for task in changed.tasks] == [TaskStatus.DECLINED, TaskStatus.ASSIGNED]


async def test_another_agencys_case_looks_like_none(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("giao-duc") as stranger:
        foreign = await stranger.get(f"/api/v1/cases/{case.id}")
        unknown = await stranger.get(f"/api/v1/cases/{new_id()}")
        assert f"line-{case.id}" not in (await stranger.get("/inbox")).text
        form = {"step": "reply", "text": "x", "key": new_id(), "seen": "0"}
        pressed = await send(stranger, case, form)
        by_api = await stranger.post(f"/api/v1/tasks/{task_of(case)}:reply", json={"text": "x"})
    assert foreign.status_code == unknown.status_code == pressed.status_code == by_api.status_code == 404
    same = [{k: v for k, v in each.json().items() if k not in ("instance", "trace")} for each in (foreign, unknown)]
    assert same[0] == same[1]
    assert len((await stored(routing, case)).timeline) == 1


async def test_the_inbox_sorts_by_urgency_and_its_filters_hold(routing: Routing) -> None:
    question = await routing.a_case(
        kind="question", text="Cho hỏi giờ mở cửa của điểm tiêm?", place={"ward": "vy-da"}
    )
    severe = await routing.a_case(place={"ward": "thuan-hoa"})
    async with routing.client("benh-vien") as hospital:
        page = (await hospital.get("/inbox?urgency=emergency&ward=thuan-hoa")).text
        assert f"line-{severe.id}" in page
        assert faults_of(page) == []
        assert 'data-live="/inbox/stream?urgency=emergency&amp;ward=thuan-hoa"' in page
        assert f"line-{severe.id}" not in (await hospital.get("/inbox?ward=vy-da")).text
        assert (await hospital.get("/inbox?urgency=[$gt]")).status_code == 422
    async with routing.client("dieu-phoi") as dispatcher:
        board = (await dispatcher.get("/board")).text
        assert faults_of(board) == []
        assert board.index(f"line-{severe.id}") < board.index(f"line-{question.id}")  # newest first
        low = (await dispatcher.get("/board?ward=vy-da&status=open")).text
        assert f"line-{question.id}" in low
        assert f"line-{severe.id}" not in low


async def test_a_program_pages_through_its_open_tasks_by_urgency(routing: Routing) -> None:
    made = [await routing.a_case() for _ in range(3)]
    async with routing.client("cdc") as officer:
        path, listed = "/api/v1/cases?order=urgent&urgency=emergency&task_status=assigned&size=2", []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            page = (await officer.get(f"{path}&cursor={page['next']}" if page["next"] else path)).json()
            listed += page["items"]
        assert (await officer.get("/api/v1/cases?order=urgent&cursor=x")).status_code == 422
    ids = [each["case_id"] for each in listed]
    assert {case.id for case in made} <= set(ids)
    assert len(ids) == len(set(ids))
    opened = [datetime.fromisoformat(each["opened_at"]) for each in listed]
    assert opened == sorted(opened)


async def test_whose_tasks_must_be_said_by_who_sees_all(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("dieu-phoi") as dispatcher, routing.client("giao-duc") as stranger:
        for query in ("order=urgent", "task_status=assigned"):
            refused = await dispatcher.get(f"/api/v1/cases?{query}")
            assert refused.json()["type"].endswith("agency-needed")
            assert (await dispatcher.get(f"/api/v1/cases?{query}&agency=cdc")).json()["items"]
        for query in ("status=open", "order=urgent"):
            refused = await stranger.get(f"/api/v1/cases?{query}&task_status=resolved")
            assert refused.json()["type"].endswith("open-only")
        found = await dispatcher.get(f"/api/v1/cases?id={task_of(case).upper()}")
        assert [each["case_id"] for each in found.json()["items"]] == [case.id]
        assert (await dispatcher.get("/api/v1/cases?id=0905123456")).status_code == 422
        foreign = await stranger.get(f"/api/v1/cases?agency=cdc&id={case.id}")
        assert foreign.json()["items"] == []


async def test_a_case_is_found_by_what_a_colleague_reads_out(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("cdc") as officer, routing.client("giao-duc") as stranger:
        for typed in (case.id[:13], case.id, task_of(case)[:13].upper()):
            page = (await officer.get("/inbox", params={"id": typed})).text
            assert re.findall(r'<tr id="line-([^"]+)"', page) == [case.id]
            assert faults_of(page) == []
        assert f"line-{case.id}" not in (await stranger.get(f"/inbox?id={case.id}")).text
        assert (await officer.get("/inbox?id=0905123456")).status_code == 422
        newest = (await officer.get("/inbox?order=newest&show=waiting")).text
        assert case.id in re.findall(r'<tr id="line-([^"]+)"', newest)


async def test_an_open_inbox_hears_of_a_new_task_at_once(routing: Routing) -> None:
    live = routing.app.state.runtime
    from services.routing.cases.live import LiveCases
    from services.routing.cases.paging import Order
    from services.routing.cases.screens import QueueAudience, Queues, Screen
    from services.routing.cases.store import CaseFilter, MongoCases

    cases = MongoCases(live)
    queues = Queues(cases, routing.app.state.pages, live.profile, live.clock)
    audience = QueueAudience(queues, Screen.INBOX, CaseFilter(agency="cdc", status="open"), Order.URGENT, "vi")
    is_open = asyncio.Event()

    async def changed_ids() -> AsyncIterator[frozenset[str]]:
        async for ids in cases.changed_ids():
            is_open.set()
            yield ids

    listener = await LiveCases(changed_ids).listen(audience)
    assert 'id="queue"' in (await anext(listener)).decode()
    await is_open.wait()
    heard = ""
    case = await routing.a_case()

    async def news() -> bool:
        nonlocal heard
        heard += (await anext(listener)).decode()
        return f'id="line-{case.id}" data-into="queue-emergency"' in heard

    assert await eventually(news)
    assert 'id="counters"' in heard
    assert "csrf_token" not in heard
    await listener.aclose()


async def test_the_engineers_test_task_comes_on_the_topic_marked_as_one(routing: Routing) -> None:
    async with routing.client("ky-su-cdc") as engineer:
        key = new_id()
        for _ in range(2):
            assert (await engineer.post("/agency/test-task", data={"key": key})).status_code == 303
        page = (await engineer.get("/agency")).text
    async with routing.reading("agencies.cdc.tasks.v1") as topic:
        (task,) = await eventually(lambda: topic.where(case_id=key, ce_type="agencies.tasks.assigned"))
    assert task["test"] is True
    assert task["task_id"] in page


async def test_a_look_at_a_case_is_recorded_and_a_renewal_is_not(routing: Routing) -> None:
    case = await routing.a_case()
    async with routing.client("cdc") as officer:
        await officer.get(f"/cases/{case.id}")
    audit: Any = routing.app.state.runtime.audit
    assert len(await audit.search(subject=f"case/{case.id}", limit=10)) == 1
