import asyncio
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shared.errors import Text
from shared.web.dashboard import (
    Alarm,
    DashboardData,
    DeadLetters,
    Flow,
    Job,
    Lag,
    LiveDashboard,
    Outbox,
    Replica,
    dashboard_router,
)
from shared.web.stream import EventStream
from tests.eventually import eventually
from tests.unit.shared.web.builders import NOON, before, some_pages
from tests.unit.shared.web.markup_faults import faults_of

PAGES = some_pages()
BUSY = DashboardData(
    service="routing",
    as_of=NOON,
    outbox=Outbox(pending=12, oldest_seconds=14),
    flows=(Flow(name="Phản ánh đã nhận", per_minute=172.26, total=12030, last_at=before(seconds=2)),),
    lags=(
        Lag(group="routing.cases", topic="intake.reports.v1", lag=1203, oldest_seconds=75),
        Lag(group="routing.agencies", topic="agencies.cdc.updates.v1", lag=None),
    ),
    dead_letters=(DeadLetters(topic="intake.reports.v1.dlq", count=2, last_at=before(hours=3)),),
    jobs=(Job(kind="SMS", waiting=4, running=1, given_up=2),),
    alarms=(
        Alarm(text=Text("Chậm hơn một phút", "More than a minute behind"), level="danger", since=before(minutes=1)),
    ),
    replicas=(Replica(name="routing-1", seen_at=NOON, duties=("Điều phối",)),),
)
IDLE = DashboardData(service="routing", as_of=NOON, outbox=Outbox(pending=0))


class Figures:
    """Loads what the test put in, and counts how often it was asked."""

    def __init__(self, data: DashboardData = BUSY) -> None:
        self.data = data
        self.asked = 0
        self.failure: Exception | None = None

    async def __call__(self) -> DashboardData:
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.data


async def get(path: str, figures: Figures | None = None, **headers: str) -> Any:
    app = FastAPI()
    app.state.security = SimpleNamespace(verifier=None)
    app.include_router(dashboard_router(PAGES, figures or Figures(), EventStream()))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost:8002") as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("data", [BUSY, IDLE], ids=["busy", "idle"])
@pytest.mark.parametrize("address", ["/dashboard", "/dashboard?screen=1", "/dashboard?lang=en"])
async def test_the_page_is_sound_at_a_desk_and_on_a_wall(address: str, data: DashboardData) -> None:
    assert faults_of((await get(address, Figures(data))).text) == []


async def test_the_page_shows_what_flows_lags_and_is_stuck() -> None:
    page = (await get("/dashboard")).text
    for words in (
        "172,3",
        "12.030",
        "1.203",
        "intake.reports.v1.dlq",
        "không rõ",
        "Chậm hơn một phút",
        "routing-1",
    ):
        assert words in page
    assert 'data-live="/dashboard/stream"' in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page


async def test_the_same_figures_are_there_for_programs() -> None:
    figures = (await get("/api/v1/dashboard")).json()
    assert figures["outbox"] == {"pending": 12, "oldest_seconds": 14.0}
    assert figures["lags"][1]["lag"] is None
    assert figures["as_of"] == "2026-11-23T05:00:00Z"


async def test_a_quiet_service_says_that_there_is_no_alarm() -> None:
    assert "No alarms." in (await get("/dashboard", Figures(IDLE), accept_language="en")).text


async def test_listeners_hear_the_present_first_and_then_what_changes() -> None:
    figures = Figures()
    live = LiveDashboard(PAGES, figures, every=0.01)
    listener = await live.listen("vi")
    assert b'id="replicas"' in await anext(listener)
    await anext(listener)
    figures.data = replace(BUSY, dead_letters=())
    changed = await anext(listener)
    while b"dead-letters" not in changed:
        changed = await anext(listener)
    assert b"replicas" not in changed
    await listener.aclose()


async def test_figures_are_read_once_however_many_people_look() -> None:
    figures = Figures()
    live = LiveDashboard(PAGES, figures, every=60)
    listeners = await asyncio.gather(*(live.listen("vi") for _ in range(20)), *(live.listen("en") for _ in range(20)))
    assert figures.asked == 1
    for listener in listeners:
        await listener.aclose()


async def test_nothing_is_read_while_nobody_looks() -> None:
    figures = Figures()
    live = LiveDashboard(PAGES, figures, every=0.01)
    await (await live.listen("vi")).aclose()
    await eventually(lambda: live._sampling is None)
    assert figures.asked <= 2


async def test_figures_that_cannot_be_read_leave_the_old_ones_standing_with_their_age(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = Figures()
    live = LiveDashboard(PAGES, figures, every=0.01)
    listener = await live.listen("vi")
    await anext(listener)
    figures.failure = ConnectionError("no primary")
    monkeypatch.setattr(PAGES, "_clock", lambda: NOON + timedelta(minutes=2))
    heard = await anext(listener)
    while b"is-stale" not in heard:
        heard += await anext(listener)
    assert "2 phút trước" in heard.decode()
    await listener.aclose()
