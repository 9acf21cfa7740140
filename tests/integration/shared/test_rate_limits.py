"""Counters in a real MongoDB, shared by replicas, and their absence."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from limits import parse

from shared.mongo import Database
from shared.rate_limits import RateLimits
from shared.settings import Settings
from tests.eventually import PATIENCE
from tests.places import MakeSettings

pytestmark = pytest.mark.kafka

LIMIT = parse("5/minute")


@pytest.fixture
async def replicas(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[RateLimits, RateLimits]]:
    """The counters of two replicas of intake, waited for however busy the machine is."""
    monkeypatch.setattr("shared.rate_limits._SECONDS", PATIENCE)
    two = RateLimits.of(settings, "intake"), RateLimits.of(settings, "intake")
    yield two
    for each in two:
        await each.close()


async def allowed(limits: RateLimits, client: str) -> bool:
    counted = await limits.hit(LIMIT, "reports", client)
    assert counted is not None
    return counted[0]


async def test_two_replicas_count_together(replicas: tuple[RateLimits, RateLimits]) -> None:
    first, second = replicas
    answers = [await allowed(each, "a") for _ in range(4) for each in (first, second)]
    assert answers.count(True) == 5
    assert answers[:5] == [True] * 5
    assert await allowed(second, "b")


async def test_requests_at_once_never_exceed_the_limit(replicas: tuple[RateLimits, RateLimits]) -> None:
    await allowed(replicas[0], "warm")
    answers = await asyncio.gather(*(allowed(each, "a") for _ in range(10) for each in replicas))
    assert answers.count(True) == 5


async def test_counters_leave_by_themselves(replicas: tuple[RateLimits, RateLimits], database: Database) -> None:
    await allowed(replicas[0], "a")
    indexes = await database["rate_limit_windows"].index_information()
    assert any(index.get("expireAfterSeconds") == 0 for index in indexes.values())


async def test_without_mongodb_everybody_is_let_through_soon(make_settings: MakeSettings) -> None:
    away = RateLimits.of(
        make_settings(kafka_bootstrap_servers="127.0.0.1:9", mongo_url="mongodb://127.0.0.1:9/"), "intake"
    )
    began = time.perf_counter()
    assert [await away.hit(LIMIT, "reports", "a") for _ in range(20)] == [None] * 20
    assert time.perf_counter() - began < 20  # twenty that each waited for MongoDB would take a minute
    await away.close()
