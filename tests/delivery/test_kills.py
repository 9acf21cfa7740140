"""SIGKILL of each service in turn while reports flow: nothing lost, nothing doubled, order kept."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.routing.cases.opening import case_id_of
from shared.settings import ServiceName, Settings
from tests.delivery.load import Load
from tests.delivery.oracle import judge, judge_events, read_topics
from tests.eventually import eventually
from tests.services import Services

RecordProperty = Callable[[str, object], None]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

REPORTS = 600
PER_SECOND = 60
TASKS = [
    f"agencies.{a}.tasks.v1" for a in ("cdc", "hospital", "police", "checkpoint", "information-desk", "education")
]


async def test_no_report_is_lost_or_doubled_when_services_are_killed(
    services: Services, settings: Settings, record_property: RecordProperty
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    record_property("seed", seed)
    await asyncio.to_thread(services.start, "intake", "routing")
    load = Load(lambda: f"{services['intake'].url}/api/v1/reports", seed)
    killing = asyncio.create_task(_kill_in_turn(services, random.Random(seed), ("intake", "routing"), kills=6))
    await load.run(REPORTS, PER_SECOND)
    await killing
    assert not load.refused
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(settings.mongo_url.get_secret_value())
    async with client:
        reports = client[settings.database_of("intake")]["reports"]
        cases = client[settings.database_of("routing")]["cases"]
        stored = [document["_id"] async for document in reports.find({}, {"_id": 1})]

        async def all_cases() -> bool:
            return await cases.count_documents({}) >= len(stored)

        await eventually(all_cases, within=60)
        await eventually(lambda: _nothing_pending(client, settings), within=60)
        opened = [document["_id"] async for document in cases.find({}, {"_id": 1})]
    seen = await read_topics(settings, "intake.reports.v1")
    verdict = judge(load.acknowledged, load.sent, stored, seen, "intake.reports.received")
    assert verdict, f"seed {seed}: {verdict}"
    assert Counter(opened) == Counter(case_id_of(report_id) for report_id in stored)
    told = await read_topics(settings, "routing.cases.v1", *TASKS)
    assert judge_events(told), f"seed {seed}: {judge_events(told)}"
    assert {each.subject for each in told if each.type == "routing.cases.opened"} == set(opened)
    assigned = {each.subject for each in told if each.type == "agencies.tasks.assigned"}
    planned = {json.loads(each.value)["task_id"] for each in told if each.type == "routing.cases.assigned"}
    assert assigned == planned


async def _nothing_pending(client: AsyncMongoClient[dict[str, Any]], settings: Settings) -> bool:
    waits = {"pending_since": {"$exists": True}}
    reports = await client[settings.database_of("intake")]["reports"].count_documents(waits)
    return not reports and not await client[settings.database_of("routing")]["cases"].count_documents(waits)


async def _kill_in_turn(
    services: Services, generator: random.Random, names: tuple[ServiceName, ...], kills: int
) -> None:
    for number in range(kills):
        await asyncio.sleep(generator.uniform(0.3, 1.5))
        victim = services[names[number % len(names)]]
        await asyncio.to_thread(victim.kill)
        await asyncio.sleep(generator.uniform(0.0, 0.5))
        await asyncio.to_thread(victim.start)
