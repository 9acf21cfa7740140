"""What is checked when a call is made, whatever registration let through."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from shared.outbound import Destination, Outbound, Outcome, Reach
from tests.unit.shared.outbound.spellings import PRIVATE_HOSTS

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Receiver:
    """A server of our own on loopback that remembers who came."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.hits: list[str] = []
        self.port = 0

    async def receive(self, request: web.Request) -> web.StreamResponse:
        self.hits.append(request.path)
        return await self._answer(request)


@asynccontextmanager
async def receiving(answer: Answer) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def fine(request: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


def to(receiver: Receiver, host: str = "127.0.0.1", reach: Reach = Reach.LOOPBACK) -> Destination:
    return Destination(f"http://{host}:{receiver.port}/hook", host.strip("[]").lower(), receiver.port, reach)


async def post(destination: Destination, *, total: float = 10) -> Outcome:
    async with Outbound(total=total) as outbound:
        return await outbound.post(destination, b"{}", {"content-type": "application/json"})


async def test_a_call_tells_the_status() -> None:
    async with receiving(fine) as receiver:
        outcome = await post(to(receiver))
    assert (outcome.status, outcome.is_ok, outcome.reason) == (204, True, "http-204")


@pytest.mark.parametrize("host", [host for host in PRIVATE_HOSTS if "%" not in host])
async def test_no_spelling_reaches_anything_inside_at_delivery(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Names that this machine's resolver happens not to know are answered as an attacker's name server would.
    known = socket.getaddrinfo

    def poisoned(name: str, port: int, **wanted: Any) -> Any:
        try:
            return known(name, port, **wanted)
        except socket.gaierror:
            return known("127.0.0.1", port, **wanted)

    monkeypatch.setattr(socket, "getaddrinfo", poisoned)
    async with receiving(fine) as receiver:
        outcome = await post(to(receiver, host, Reach.PUBLIC))
        assert outcome.status is None
        assert receiver.hits == []


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.7", "::1"])
async def test_one_address_inside_among_public_ones_is_enough_to_refuse(
    second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mixed(name: str, port: int, **wanted: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port)),
            (socket.AF_INET6 if ":" in second else socket.AF_INET, socket.SOCK_STREAM, 6, "", (second, port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    outcome = await post(Destination("https://hooks.example.com/", "hooks.example.com", 443, Reach.PUBLIC))
    assert outcome.failure == "not-allowed"


async def test_a_name_that_moves_inside_after_registration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(name: str, port: int, **wanted: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", port))]

    monkeypatch.setattr(socket, "getaddrinfo", moved)
    outcome = await post(Destination("https://hooks.example.com/", "hooks.example.com", 443, Reach.PUBLIC))
    assert outcome.reason == "not-allowed"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": "/secret"})

    async with receiving(elsewhere) as receiver:
        outcome = await post(to(receiver))
        assert (outcome.status, outcome.is_ok, receiver.hits) == (status, False, ["/hook"])


async def test_a_receiver_that_never_answers_is_given_up_in_time() -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with receiving(never) as receiver:
        outcome = await post(to(receiver), total=0.2)
    assert outcome.failure == "timeout"
    assert outcome.seconds < 10


async def test_an_endless_answer_costs_no_memory_and_no_time() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    async with receiving(endless) as receiver:
        outcome = await post(to(receiver))
    assert outcome.is_ok
    assert outcome.seconds < 10


async def test_a_closed_port_and_an_unknown_name_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(fine) as receiver:
        gone = to(receiver)
    assert (await post(gone)).failure == "connection"

    def unknown(name: str, port: int, **wanted: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = await post(Destination("https://hooks.example.com/", "hooks.example.com", 443, Reach.PUBLIC))
    assert outcome.failure == "unknown-host"
