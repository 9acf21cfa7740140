"""Partitions change hands while records flow: each fact once, and told alike by whoever tells it."""

import asyncio

import pytest

from shared.batches import GroupOffsets
from shared.dead_letters import Selection
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import CASES, GROUP, REPORTS, Backbone, opening, record_of_report

pytestmark = pytest.mark.kafka

COUNT = 900


async def test_replicas_that_come_and_go_open_each_case_once(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)

    async def flow() -> None:
        for number in range(0, COUNT, 10):
            await backbone.send(*(record_of_report(f"r{each}") for each in range(number, number + 10)))
            await asyncio.sleep(0.03)  # the pace of the load, not a wait for anything

    [flowing] = backbone.start(flow())
    running = [start(backbone)]
    for leaves in (None, 0, None, 0):
        before = await backbone.cases.collection.count_documents({})

        async def is_moving(before: int = before) -> bool:
            return await backbone.cases.collection.count_documents({}) > before or flowing.done()

        await eventually(is_moving)
        if leaves is None:
            running.append(start(backbone))
        else:
            await backbone.stop(running.pop(leaves))
    await flowing

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == COUNT

    await eventually(is_consumed)
    assert await backbone.cases.collection.count_documents({}) == COUNT
    told = await backbone.read(CASES)
    assert len({(record.key, record.value, record.headers) for record in told}) == COUNT
    assert await backbone.dead_letters.find(Selection()) == []


def start(backbone: Backbone) -> asyncio.Task[None]:
    backbone.offsets = GroupOffsets()  # each replica knows only what it has committed itself
    [task] = backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS, CASES)).run())
    return task


async def test_what_a_replica_knew_before_it_lost_a_partition_stays_true(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    first_offsets = backbone.offsets
    first = start_with(backbone, first_offsets)
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: first_offsets.is_committed(REPORTS, 0, 0))
    await backbone.stop(first)
    second_offsets = GroupOffsets()
    start_with(backbone, second_offsets)
    await backbone.send(record_of_report("r2"))
    await eventually(lambda: second_offsets.is_committed(REPORTS, 0, 1))
    assert first_offsets.is_committed(REPORTS, 0, 0)
    assert not first_offsets.is_committed(REPORTS, 0, 1)  # it says the fact again, which harms nobody


def start_with(backbone: Backbone, offsets: GroupOffsets) -> asyncio.Task[None]:
    backbone.offsets = offsets
    loop = backbone.loop(opening(backbone.cases), group=GROUP)
    [task] = backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    return task
