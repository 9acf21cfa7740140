import asyncio

import pytest

from shared.lanes import in_lanes


async def test_a_lane_keeps_its_order_and_lanes_go_side_by_side() -> None:
    begun: list[str] = []
    others_turn = asyncio.Event()

    async def work(item: str) -> str:
        begun.append(item)
        if item == "a1":
            await others_turn.wait()
        if item == "b1":
            others_turn.set()
        return item.upper()

    assert await in_lanes(["a1", "a2", "b1"], lambda item: item[0], work) == ["A1", "A2", "B1"]
    assert begun == ["a1", "b1", "a2"]


async def test_a_failure_is_told_when_all_have_ended_and_nothing_behind_it_is_begun() -> None:
    done: list[str] = []

    async def work(item: str) -> None:
        if item == "a1":
            raise ValueError(item)
        await asyncio.sleep(0.01)
        done.append(item)

    with pytest.raises(ValueError, match="a1"):
        await in_lanes(["a1", "a2", "b1", "b2"], lambda item: item[0], work)
    assert done == ["b1", "b2"]


async def test_no_more_than_a_few_are_at_work_at_once() -> None:
    at_work, most = 0, 0

    async def work(_: int) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0)
        at_work -= 1

    await in_lanes(range(100), lambda item: item, work)
    assert most == 8


async def test_who_is_cancelled_leaves_nobody_at_work() -> None:
    ended: list[int] = []

    async def work(item: int) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(item)

    task = asyncio.create_task(in_lanes([1, 2], lambda item: item, work))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == [1, 2]
