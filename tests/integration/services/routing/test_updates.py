"""What agencies' software says on its own topic: every command has its effect, every fault its answer."""

import json
from typing import Any

import pytest

from services.routing.cases.domain import Case, TaskStatus
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.routing.conftest import Routing

pytestmark = pytest.mark.kafka

UPDATES = "agencies.cdc.updates.v1"
TASKS = "agencies.cdc.tasks.v1"


def headers(command: str, **attributes: str) -> dict[str, str]:
    given = {"ce_specversion": "1.0", "ce_id": new_id(), "ce_type": f"agencies.updates.{command}"}
    return {**given, "content-type": "application/json", **attributes}


def body(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def task_of(case: Case, agency: str = "cdc") -> str:
    return next(task.id for task in case.tasks if task.agency == agency)


async def entries(routing: Routing, case: Case, what: str, number: int = 1) -> Case:
    async def there() -> Case | None:
        found = await routing.case(case.id)
        return found if found and [e.what for e in found.timeline].count(what) >= number else None

    return await eventually(there)


async def refusal(routing: Routing, **fields: object) -> dict[str, Any]:
    """The answer on the agency's tasks topic."""
    async with routing.reading(TASKS) as topic:

        async def said() -> list[dict[str, Any]]:
            return await topic.where(ce_type="agencies.tasks.update_refused", **fields)

        answers: list[dict[str, Any]] = await eventually(said)
        return answers[0]


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("acknowledge", TaskStatus.ACKNOWLEDGED),
        ("progress", TaskStatus.ACKNOWLEDGED),
        ("ask", TaskStatus.ACKNOWLEDGED),
        ("reply", TaskStatus.ACKNOWLEDGED),
        ("resolve", TaskStatus.RESOLVED),
        ("decline", TaskStatus.DECLINED),
    ],
)
async def test_every_command_has_its_effect_once_although_sent_twice(
    routing: Routing, command: str, status: TaskStatus
) -> None:
    case = await routing.a_case()
    task_id, sent = task_of(case), headers(command)
    said = (
        body(task_id=task_id, text="Gọi lại 0905 123 456 nhé") if command != "acknowledge" else body(task_id=task_id)
    )
    for _ in range(2):
        await routing.send(UPDATES, said, sent, task_id.encode())
    await routing.send(UPDATES, body(task_id=task_id, text="x"), headers("decline"))  # behind them in the log
    changed = await entries(routing, case, command)
    assert changed.task(task_id).status in (status, TaskStatus.DECLINED)
    assert "0905" not in str(changed.timeline)
    again = await eventually(lambda: _after_decline(routing, case.id, task_id))
    assert [entry.what for entry in again.timeline].count(command) == 1


async def _after_decline(routing: Routing, case_id: str, task_id: str) -> Case | None:
    case = await routing.case(case_id)
    return case if case and not case.task(task_id).status.is_open else None


@pytest.mark.parametrize(
    "attributes",
    [
        {"key": None},
        {"drop": "ce_id"},
        {"drop": "ce_specversion"},
        {"ce_time": "1900-01-01T00:00:00Z"},
        {"ce_time": "gestern"},
        {"ce_sequence": "minus one"},
        {"ce_source": "🦠"},
    ],
)
async def test_a_sloppy_envelope_is_no_reason_to_refuse(routing: Routing, attributes: dict[str, Any]) -> None:
    case = await routing.a_case()
    sent = headers("progress") | {name: value for name, value in attributes.items() if name.startswith("ce_")}
    sent.pop(str(attributes.get("drop")), None)
    key = None if "key" in attributes else task_of(case).encode()
    await routing.send(UPDATES, body(task_id=task_of(case), text="Đang đi"), sent, key)
    assert (await entries(routing, case, "progress")).timeline[-1].text == "Đang đi"


async def test_a_structured_cloudevent_is_read_as_well(routing: Routing) -> None:
    case = await routing.a_case()
    event = {
        "specversion": "1.0",
        "id": new_id(),
        "type": "agencies.updates.reply",
        "source": "/cdc",
        "data": {"task_id": task_of(case), "text": "Chiều nay đến."},
    }
    kind = {"content-type": "application/cloudevents+json; charset=utf-8"}
    await routing.send(UPDATES, body(**event), kind)
    changed = await entries(routing, case, "reply")
    assert (changed.timeline[-1].through, changed.timeline[-1].cause) == ("kafka", event["id"])


async def test_an_unknown_task_and_another_agencys_are_refused_alike(routing: Routing) -> None:
    case = await routing.a_case()
    foreign = task_of(case, "hospital")
    answers = []
    for task_id in ("no-such-task", foreign):
        sent = headers("progress")
        await routing.send(UPDATES, body(task_id=task_id, agency="hospital", text="Xong"), sent)
        answers.append(await refusal(routing, update_id=sent["ce_id"]))
    assert [each["reason"] for each in answers] == ["unknown-task", "unknown-task"]
    assert [each["task_id"] for each in answers] == ["no-such-task", foreign]
    untouched = await routing.case(case.id)
    assert untouched is not None
    assert len(untouched.timeline) == 1


async def test_a_task_that_is_over_is_refused_once_however_often_it_is_tried(routing: Routing) -> None:
    case = await routing.a_case()
    await routing.send(UPDATES, body(task_id=task_of(case), text="Âm tính"), headers("resolve"))
    await entries(routing, case, "resolve")
    sent = headers("progress")
    for _ in range(3):
        await routing.send(UPDATES, body(task_id=task_of(case), text="Còn nữa"), sent)
    answer = await refusal(routing, update_id=sent["ce_id"])
    assert (answer["reason"], answer["task_id"]) == ("task-already-resolved", task_of(case))
    assert answer["detail_vi"] == "Nhiệm vụ này đã kết thúc."
    marker = headers("progress")
    await routing.send(UPDATES, body(task_id="marker", text="x"), marker)
    async with routing.reading(TASKS) as topic:
        await eventually(lambda: topic.where(update_id=marker["ce_id"]))
        assert len({each["ce_id"] for each in await topic.where(update_id=sent["ce_id"])}) == 1


@pytest.mark.parametrize(
    ("value", "changes", "reason"),
    [
        (b"{not json", {}, "json"),
        (b"\xff\xfe", {}, "json"),
        (b'{"task_id": "t-1"}', {}, "missing"),
        (b'{"task_id": "t-1", "text": ""}', {}, "text"),
        (b'{"task_id": "t-1", "text": {"$gt": ""}}', {}, "text"),
        (b'{"text": "x"}', {}, "missing"),
        (b'{"task_id": "t-1", "text": "x"}', {"ce_type": "agencies.updates.dance"}, "unknown-type"),
        (b'{"task_id": "t-1", "text": "x"}', {"ce_type": "intake.reports.received"}, ""),
        (b"[]", {}, ""),
    ],
)
async def test_what_cannot_be_read_is_buried_and_its_sender_told(
    routing: Routing, value: bytes, changes: dict[str, str], reason: str
) -> None:
    sent = headers("progress") | changes
    await routing.send(UPDATES, value, sent)
    answer = await refusal(routing, update_id=sent["ce_id"])
    assert reason in answer["reason"]
    assert answer["detail_vi"]
    assert answer["detail_en"]

    async def buried() -> dict[str, Any] | None:
        return await routing.database["dead_letters"].find_one(
            {"group": "routing.agencies", "reason": answer["reason"]}
        )

    assert await eventually(buried)


async def test_the_agencys_page_shows_what_was_refused(routing: Routing) -> None:
    sent = headers("progress")
    await routing.send(UPDATES, body(task_id="nothing", text="x"), sent)
    await refusal(routing, update_id=sent["ce_id"])
    async with routing.client("ky-su-cdc") as engineer:
        page = (await engineer.get("/agency")).text
    assert sent["ce_id"] in page
    assert "Không có nhiệm vụ nào mang mã này" in page
    async with routing.client("cong-an") as police:
        assert sent["ce_id"] not in (await police.get("/agency")).text
