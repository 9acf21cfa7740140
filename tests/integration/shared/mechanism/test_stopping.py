"""A process that is told to stop does so in time, and loses nothing by it."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.events import PendingEvent, Received
from shared.events.reports import ReportReceived
from shared.messaging import Said
from shared.producing import Outcome
from shared.tasks import kept_alive
from tests.eventually import PATIENCE, eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    GROUP,
    REPORTS,
    Backbone,
    opening,
    reacting,
    record_of_report,
)

pytestmark = pytest.mark.kafka


async def test_a_handler_that_hangs_does_not_hold_up_the_stop_and_its_batch_is_taken_again(
    backbone: Backbone,
) -> None:
    await backbone.prepare(REPORTS, CASES)

    async def hang(reports: Sequence[Received[ReportReceived]]) -> Said:
        await asyncio.Event().wait()
        return None

    loop = backbone.loop(reacting(hang))
    running = backbone.start(backbone.consumers(loop).run())
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: loop.is_busy)
    began = time.monotonic()
    await backbone.stop(*running)
    assert time.monotonic() - began < 20
    backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS, CASES)).run())

    async def is_opened() -> bool:
        return await backbone.cases.collection.count_documents({}) == 1

    await eventually(is_opened)


async def test_a_batch_in_hand_is_finished_before_the_stop(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patience in ("_BATCH_ENDS_WITHIN", "_STOPS_WITHIN"):  # one that takes longer is given up, and taken again
        monkeypatch.setattr(f"shared.consumers.{patience}", PATIENCE)
    await backbone.prepare(REPORTS, CASES)
    go_on, open_cases = asyncio.Event(), opening(backbone.cases)

    async def wait_and_open(reports: Sequence[Received[ReportReceived]]) -> Said:
        await go_on.wait()
        return await open_cases.handle(reports)

    loop = backbone.loop(reacting(wait_and_open))
    running = backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: loop.is_busy)
    stopping = asyncio.create_task(backbone.stop(*running))
    go_on.set()
    await stopping
    assert await backbone.committed(REPORTS) == 1


async def test_a_stop_that_fails_is_still_a_stop(backbone: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    await backbone.prepare(REPORTS)
    consumers = backbone.consumers(backbone.loop(opening(backbone.cases)))
    [running] = backbone.start(kept_alive(consumers.run))
    await eventually(lambda: consumers.is_running and consumers.consumer_of(GROUP))
    stop = consumers._broker.stop

    async def stop_badly() -> None:
        await stop()
        raise ExceptionGroup("Failed to stop subscribers", [RuntimeError("a bug")])

    monkeypatch.setattr(consumers._broker, "stop", stop_badly)
    await asyncio.wait_for(backbone.stop(running), PATIENCE)
    assert not consumers.is_running


async def test_a_publisher_stopped_in_the_middle_leaves_the_rest_to_the_relay(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backbone.prepare(REPORTS)
    ids = [f"r{number}" for number in range(300)]
    await asyncio.gather(*(backbone.accept(report_id=each) for each in ids))
    send, a_third_is_sent = backbone.producer.send_events, asyncio.Event()

    async def send_a_third_and_hang(events: Sequence[PendingEvent]) -> list[Outcome]:
        await send(events[: len(ids) // 3])
        a_third_is_sent.set()
        return await asyncio.Future()

    monkeypatch.setattr(backbone.producer, "send_events", send_a_third_and_hang)
    [publishing] = backbone.start(backbone.publisher.run())
    await a_third_is_sent.wait()
    await backbone.stop(publishing)
    monkeypatch.undo()
    backbone.start(backbone.relay(age=timedelta(0)).run())

    async def is_told() -> bool:
        return {record.key.decode() for record in await backbone.read(REPORTS)} == set(ids)

    await eventually(is_told)

    async def is_nothing_pending() -> bool:
        return (await backbone.relay().waiting()).documents == 0

    await eventually(is_nothing_pending)
