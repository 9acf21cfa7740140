from collections.abc import Callable

import httpx
import pytest
from fastapi import APIRouter, Depends, Request
from limits.aio.storage import MemoryStorage
from pymongo.errors import DuplicateKeyError, ServerSelectionTimeoutError

from shared.rate_limits import RateLimit, RateLimits
from tests.unit.shared.http.conftest import make_app


class AwayStorage(MemoryStorage):
    """Counters that nobody can reach."""

    asked = 0

    async def acquire_sliding_window_entry(self, *_: object, **__: object) -> bool:
        AwayStorage.asked += 1
        raise ServerSelectionTimeoutError("away")


class RacingStorage(MemoryStorage):
    """The first request of a client loses a race once."""

    raced = False

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        if not self.raced:
            self.raced = True
            raise DuplicateKeyError("E11000")
        return await super().acquire_sliding_window_entry(key, limit, expiry, amount)


def by_header(request: Request) -> str:
    return request.headers.get("x-client", "")


def opened(storage: Callable[[], MemoryStorage] = MemoryStorage, limit: str = "3/minute") -> httpx.AsyncClient:
    router = APIRouter()

    @router.get("/limited/{item}", dependencies=[Depends(RateLimit(limit, key=by_header))])
    async def limited(item: str) -> dict[str, str]:
        return {"item": item}

    @router.get("/other", dependencies=[Depends(RateLimit(limit, key=by_header))])
    async def other() -> dict[str, str]:
        return {}

    app = make_app(routers=[router])
    app.state.rate_limits = RateLimits(storage)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scratch")


async def test_what_exceeds_the_limit_is_told_when_to_come_back() -> None:
    async with opened() as client:
        answers = [await client.get(f"/limited/{item}") for item in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["ratelimit-limit"] for answer in answers} == {"3"}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["type"] == "/problems/too-many-requests"


async def test_one_clients_limit_is_not_anothers() -> None:
    async with opened(limit="1/minute") as client:
        for name in ("a", "b"):
            assert (await client.get("/limited/1", headers={"x-client": name})).status_code == 200
        assert (await client.get("/limited/1", headers={"x-client": "a"})).status_code == 429


async def test_routes_are_counted_apart() -> None:
    async with opened(limit="1/minute") as client:
        assert (await client.get("/limited/1")).status_code == 200
        assert (await client.get("/other")).status_code == 200


async def test_absent_counters_let_everybody_through_and_are_left_alone_for_a_while() -> None:
    AwayStorage.asked = 0
    async with opened(AwayStorage, limit="1/minute") as client:
        assert [(await client.get("/limited/1")).status_code for _ in range(5)] == [200] * 5
    assert AwayStorage.asked == 1


async def test_a_lost_race_for_the_first_count_is_tried_again() -> None:
    async with opened(RacingStorage) as client:
        answer = await client.get("/limited/1")
    assert answer.status_code == 200
    assert answer.headers["ratelimit-remaining"] == "2"


async def test_the_clients_name_is_not_kept() -> None:
    storage = MemoryStorage()
    async with opened(lambda: storage) as client:
        await client.get("/limited/1", headers={"x-client": "CANARY"})
    assert storage.storage
    assert not any("CANARY" in key for key in storage.storage)


def test_a_limit_nobody_can_read_is_found_at_start() -> None:
    with pytest.raises(ValueError, match="many"):
        RateLimit("many")
