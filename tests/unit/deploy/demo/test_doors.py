"""A request that nobody answered goes again, under the same key."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from deploy.demo import doors as doors_module
from deploy.demo.doors import Caller, Doors, Raw

CUT = -1


@dataclass
class Scratch:
    """A service that does what the test tells it to: a status, None for hanging up, CUT for doing so half-way."""

    plan: list[int | None] = field(default_factory=list)
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        self.bodies.append(await request.read())
        status = self.plan.pop(0) if self.plan else 201
        if status == CUT:
            return await _cut_short(request)
        if status is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return web.json_response({"type": "/problems/put-off"}, status=status)


async def _cut_short(request: web.Request) -> web.Response:
    begun = web.StreamResponse(headers={"Content-Length": "100"})
    await begun.prepare(request)
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.fixture
def scratch() -> Scratch:
    return Scratch()


@pytest.fixture
async def doors(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Doors]:
    monkeypatch.setattr(doors_module, "_PAUSE_SECONDS", 0.01)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", scratch.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with Doors({"intake": f"http://127.0.0.1:{port}"}) as opened:
        yield opened
    await runner.cleanup()


async def test_it_knocks_until_somebody_answers(doors: Doors, scratch: Scratch) -> None:
    scratch.plan = [None, 503, CUT, 201]
    answered = await doors.post("intake", "/api/v1/reports", {"words": "x"}, Caller.of("a"), key="k")
    assert answered.is_yes
    assert [request.headers["Idempotency-Key"] for request in scratch.seen] == ["k"] * 4
    assert set(scratch.bodies) == {b'{"words":"x"}'}


@pytest.mark.parametrize("status", [502, 504])
async def test_what_a_gateway_says_in_the_place_of_a_service_is_nobodys_answer(
    doors: Doors, scratch: Scratch, status: int
) -> None:
    scratch.plan = [status, status, 201]
    answered = await doors.post("intake", "/api/v1/reports", {"words": "x"}, Caller.of("a"), key="k")
    assert (answered.status, doors.server_errors) == (201, 0)
    assert [request.headers["Idempotency-Key"] for request in scratch.seen] == ["k"] * 3
    assert set(scratch.bodies) == {b'{"words":"x"}'}


async def test_a_gateway_with_nobody_behind_it_is_given_up_in_the_end(
    doors: Doors, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors_module, "_PATIENCE_SECONDS", 0.0)
    scratch.plan = [502] * 100
    answered = await doors.get("intake", "/", Caller.of("a"))
    assert (answered.status, answered.is_yes) == (0, False)


async def test_a_refusal_is_an_answer(doors: Doors, scratch: Scratch) -> None:
    scratch.plan = [422]
    answered = await doors.post("intake", "/", {}, Caller.of("a"))
    assert (answered.status, answered.slug, len(scratch.seen)) == (422, "put-off", 1)


async def test_a_server_error_is_counted_and_not_tried_again(doors: Doors, scratch: Scratch) -> None:
    scratch.plan = [500]
    await doors.post("intake", "/", {}, Caller.of("a"))
    assert (doors.server_errors, len(scratch.seen)) == (1, 1)


async def test_a_raw_body_goes_byte_by_byte(doors: Doors, scratch: Scratch) -> None:
    raw = Raw(content=b"\x1f\x8b", content_type="application/json", content_encoding="identity")
    await doors.post("intake", "/", raw, Caller.of("a"))
    assert scratch.bodies == [b"\x1f\x8b"]
    assert scratch.seen[0].headers["Content-Encoding"] == "identity"


async def test_each_citizen_comes_from_an_address_of_their_own(doors: Doors, scratch: Scratch) -> None:
    for name in ("a", "b"):
        await doors.get("intake", "/", Caller.of(name))
    first, second = (request.headers["X-Forwarded-For"] for request in scratch.seen)
    assert first != second


async def test_who_has_signed_in_waits_until_the_service_has_heard_of_the_account(
    doors: Doors, scratch: Scratch
) -> None:
    scratch.plan = [401, 201]
    assert (await doors.post("intake", "/", {}, Caller("10.0.0.1", {"Cookie": "haivan_session=t"}))).is_yes


async def test_who_has_not_signed_in_is_refused_at_once(doors: Doors, scratch: Scratch) -> None:
    scratch.plan = [401]
    assert (await doors.post("intake", "/", {}, Caller.of("a"))).status == 401
