"""The overview on real Kafka and MongoDB: what it counts, and that a replay from the start changes nothing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from services.notifications.situation.handlers import EVERYTHING
from shared.clock import now
from shared.events import Cause, Event, pend, record_of
from shared.events.cases import CaseAssigned, CaseOpened, CaseTriaged
from shared.events.notifications import CountsTaken
from shared.events.reports import ReportReceived
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.notifications.conftest import Notifications
from tests.integration.services.notifications.test_deliveries import everything_on, say_again

pytestmark = pytest.mark.kafka

Said = list[tuple[Event, int]]


@pytest.fixture
async def producer(notifications: Notifications) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=notifications.settings.kafka_bootstrap_servers) as producer:
        yield producer


async def say(notifications: Notifications, producer: AIOKafkaProducer, events: Said) -> None:
    for event, sequence in events:
        cause = Cause.of_command(new_id())
        pending = pend(event, source="/test", sequence=sequence, at=now(), cause=cause)
        key, value, headers = record_of(pending)
        topic = notifications.settings.topic_prefix + pending.topic
        await producer.send_and_wait(topic, value, key=key, headers=headers)


def example(model: type[Event], **fields: Any) -> Event:
    return model.model_validate(model.contract.example | {"at": now(), "received_at": now()} | fields)


def a_report_s_life(report_id: str) -> Said:
    case = {"report_id": report_id, "case_id": f"case-of-{report_id}"}
    return [
        (example(ReportReceived, report_id=report_id, synthetic=True), 1),
        (example(CaseOpened, **case), 1),
        (example(CaseTriaged, **case), 2),
        (example(CaseAssigned, **case, task_id=f"task-of-{report_id}"), 3),
    ]


async def figures(notifications: Notifications) -> dict[str, Any]:
    async with notifications.client("van-hanh") as operator:
        answer = await operator.get("/api/v1/situation")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found | {"as_of": None}


async def row(notifications: Notifications, what: str) -> dict[str, Any]:
    async with notifications.client("van-hanh") as operator:
        rows = (await operator.get("/api/v1/reconciliation")).json()["rows"]
        return next(each for each in rows if each["what"] == what)


async def test_events_become_figures_and_a_replay_changes_none_of_them(
    notifications: Notifications, producer: AIOKafkaProducer
) -> None:
    began = await eventually(lambda: _with(notifications, 0, 0))
    cases, reports = _open(began), _reports(began)
    for _ in range(5):
        await say(notifications, producer, a_report_s_life(new_id()))
    await eventually(lambda: _with(notifications, cases + 5, reports + 5))
    await eventually(lambda: _cdc_has(notifications, 5))
    for topic in ("intake.reports.v1", "routing.cases.v1"):
        await say_again(notifications.settings, topic)
        await say_again(notifications.settings, topic)
    await say(notifications, producer, a_report_s_life(new_id()))  # whatever came before it has been read
    after = await eventually(lambda: _with(notifications, cases + 6, reports + 6))
    assert (_open(after), _reports(after)) == (cases + 6, reports + 6)
    assert len(await everything_on(notifications.settings, "intake.reports.v1")) >= 4 * 5 + 1


async def _with(notifications: Notifications, cases: int, reports: int) -> dict[str, Any] | None:
    async with notifications.client("van-hanh") as operator:
        if (await operator.get("/api/v1/situation")).status_code == 503:
            return None
    found = await figures(notifications)
    return found if _open(found) >= cases and _reports(found) >= reports else None


async def _cdc_has(notifications: Notifications, tasks: int) -> bool:
    shown = (await figures(notifications))["tasks"]
    return any(each["agency"] == "cdc" and each["open"] >= tasks for each in shown)


def _reports(found: dict[str, Any]) -> int:
    return int(found["totals"]["intake.reports.received"]["today"])


def _open(found: dict[str, Any]) -> int:
    return int(found["cases"]["open"])


async def test_the_three_numbers_meet_and_a_store_that_has_more_is_waited_for(
    notifications: Notifications, producer: AIOKafkaProducer
) -> None:
    seen = await notifications.database["situation_events"].count_documents({"type": "intake.reports.received"})
    counts = {"service": "intake", "pending": 0, "at": now()}
    await say(notifications, producer, [(CountsTaken.model_validate(counts | {"documents": {"reports": seen}}), 2)])
    await eventually(lambda: _verdict(notifications, "reports", "match"))
    more = counts | {"at": now(), "documents": {"reports": seen + 1}}
    await say(notifications, producer, [(CountsTaken.model_validate(more), 3)])
    await eventually(lambda: _verdict(notifications, "reports", "waiting"))
    old = counts | {"documents": {"reports": 0}}
    await say(notifications, producer, [(CountsTaken.model_validate(old), 1)])
    assert (await row(notifications, "reports"))["stored"] == seen + 1


async def _verdict(notifications: Notifications, what: str, verdict: str) -> bool:
    return bool((await row(notifications, what))["verdict"] == verdict)


async def test_every_type_that_names_the_situation_is_counted(
    notifications: Notifications, producer: AIOKafkaProducer
) -> None:
    # Alerts and deliveries come from this very service; an invented one would be sent to subscribers.
    others = [model for model in EVERYTHING if not model.contract.name.startswith("notifications.")]
    await say(notifications, producer, [(example(model), 1_000) for model in others])
    events = notifications.database["situation_events"]

    async def all_there() -> bool:
        return set(await events.distinct("type")) >= {model.contract.name for model in others}

    await eventually(all_there)


async def test_staff_see_the_page_and_nobody_else(notifications: Notifications) -> None:
    async with notifications.client("tong-dai") as staff, notifications.client() as public:
        page = await eventually(lambda: _page(staff))
        assert "Đối soát" in page
        assert (await public.get("/situation")).status_code == 303
        assert (await public.get("/api/v1/reconciliation")).status_code == 401


async def _page(client: Any) -> str | None:
    answer = await client.get("/situation")
    return str(answer.text) if answer.status_code == 200 else None
