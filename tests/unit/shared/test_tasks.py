import asyncio
import time

import pytest

from shared.tasks import end, kept_alive
from tests.eventually import PATIENCE, eventually


async def test_a_task_that_dies_of_a_bug_is_started_again() -> None:
    starts = [0]

    async def die_once() -> None:
        starts[0] += 1
        if starts[0] == 1:
            raise RuntimeError("a bug")

    await asyncio.wait_for(kept_alive(die_once), PATIENCE)
    assert starts == [2]


async def test_a_task_that_dies_while_it_is_told_to_stop_is_not_started_again() -> None:
    starts = [0]

    async def die_at_the_end() -> None:
        starts[0] += 1
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("a bug")

    task = asyncio.create_task(kept_alive(die_at_the_end))
    await eventually(lambda: starts == [1])
    task.cancel()
    await asyncio.wait_for(task, PATIENCE)
    assert starts == [1]


async def test_a_task_that_loses_a_cancellation_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.tasks._PATIENCE", (0.1, 0.1))
    lost = [0]

    async def lose_the_first() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost[0] += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(lose_the_first())
    await asyncio.sleep(0)
    await end([task])
    assert (task.cancelled(), lost) == (True, [1])


async def test_a_task_that_never_ends_does_not_hold_up_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.tasks._PATIENCE", (0.05, 0.05))
    may_end = asyncio.Event()

    async def refuse_to_end() -> None:
        while not may_end.is_set():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(refuse_to_end())
    await asyncio.sleep(0)
    began = time.monotonic()
    await end([task])
    assert time.monotonic() - began < 10
    may_end.set()
    task.cancel()
    await task


async def test_ended_tasks_need_no_waiting() -> None:
    async def do_nothing() -> None:
        return

    task = asyncio.create_task(do_nothing())
    await task
    await end([task])
