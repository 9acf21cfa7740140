"""What every service's application does besides its own routes."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from shared.http import Readiness
from shared.telemetry import current_traceparent
from tests.eventually import PATIENCE
from tests.unit.shared.captured_log import captured_log
from tests.unit.shared.http.conftest import make_app

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def opened(**overrides: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(**overrides)), base_url="http://scratch")


async def test_a_living_service_says_so(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive", "service": "intake"}


async def test_a_ready_service_names_what_is_degraded(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == ["kafka"]
    assert answer.json()["details"] == {"lag": 3}


async def test_a_service_that_is_not_ready_answers_503() -> None:
    async def stopping() -> Readiness:
        return Readiness(ok=False, details={"stopping": True})

    async with opened(readiness=stopping) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_metrics_name_routes_by_their_template(client: httpx.AsyncClient) -> None:
    await client.get("/api/v1/reports/0905123456")
    await client.get("/nowhere/0905123456")
    await client.request("BREW", "/api/v1/reports")
    metrics = (await client.get("/metrics")).text
    assert 'route="/api/v1/reports/{report_id}",service="intake",status="200"' in metrics
    assert 'route="(unknown)",service="intake",status="404"' in metrics
    assert "0905123456" not in metrics
    assert "BREW" not in metrics


async def test_the_document_declares_problems_and_strict_bodies(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    operation = document["paths"]["/api/v1/reports"]["post"]
    schemas = document["components"]["schemas"]
    for status in ("422", "default"):
        (media,) = operation["responses"][status]["content"]
        assert media == "application/problem+json"
    assert schemas["ReportCommand"]["additionalProperties"] is False
    assert "HTTPValidationError" not in schemas
    assert "/healthz" not in document["paths"]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_api_page_needs_no_script_and_no_other_host(client: httpx.AsyncClient, language: str) -> None:
    page = await client.get("/api", params={"lang": language})
    assert "POST /api/v1/reports" in page.text
    assert "<p><code>Idempotency-Key</code> is a UUID" in page.text
    assert f'lang="{language}"' in page.text
    assert not any(word in page.text for word in ("<script", "<style", "style=", "http://", "https://"))


async def test_head_answers_like_get_without_a_body(client: httpx.AsyncClient) -> None:
    got = await client.get("/api/v1/long")
    head = await client.head("/api/v1/long")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "content-encoding"):
        assert head.headers[name] == got.headers[name]
    assert (await client.head("/nowhere")).status_code == 404
    assert (await client.head("/api/v1/broken")).status_code == 500


async def test_head_of_a_stream_ends() -> None:
    router = APIRouter()

    async def beats() -> AsyncIterator[bytes]:
        while True:
            yield b"data: x\n\n"
            await asyncio.sleep(0)

    @router.get("/beats")
    async def stream() -> StreamingResponse:
        return StreamingResponse(beats(), media_type="text/event-stream")

    async with opened(routers=[router]) as client, asyncio.timeout(PATIENCE):
        assert (await client.head("/beats")).status_code == 200


async def test_long_answers_are_compressed_and_short_ones_are_not(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/long")).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in (await client.get("/healthz")).headers
    plain = await client.get("/api/v1/long", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_streams_are_not_compressed() -> None:
    router = APIRouter()

    async def events() -> AsyncIterator[bytes]:
        yield b"data: " + b"x" * 5000 + b"\n\n"

    @router.get("/events")
    async def stream() -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    async with opened(routers=[router]) as client:
        assert "content-encoding" not in (await client.get("/events")).headers


@pytest.mark.parametrize("path", ["/hello", "/api/v1/reports", "/nowhere", "/api/v1/broken", "/metrics"])
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


async def test_data_may_load_nothing_and_pages_their_own(client: httpx.AsyncClient) -> None:
    assert "default-src 'none'" in (await client.get("/api/v1/reports")).headers["content-security-policy"]
    assert "default-src 'self'" in (await client.get("/hello")).headers["content-security-policy"]


async def test_a_trace_is_carried_on_and_a_broken_one_replaced() -> None:
    router = APIRouter()

    @router.get("/trace")
    async def trace() -> dict[str, str | None]:
        return {"traceparent": current_traceparent.get()}

    async with opened(routers=[router]) as client:
        known = (await client.get("/trace", headers={"traceparent": TRACE})).json()["traceparent"]
        other = (await client.get("/trace", headers={"traceparent": "00-" + "0" * 32 + "-x-01"})).json()[
            "traceparent"
        ]
    assert known.split("-")[1] == TRACE.split("-")[1]
    assert known.split("-")[2] != TRACE.split("-")[2]
    assert other.split("-")[1] != "0" * 32


async def test_the_access_log_names_the_route_and_nothing_of_the_request(client: httpx.AsyncClient) -> None:
    with captured_log("intake") as written:
        await client.get("/api/v1/reports/SECRET-CODE?q=0905123456", headers={"user-agent": "CANARY"})
        await client.get("/api/v1/broken")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    request = next(line for line in lines if line.get("route") == "/api/v1/reports/{report_id}")
    assert (request["method"], request["status"], request["service"]) == ("GET", 200, "intake")
    assert request["request_id"]
    assert any(line.get("error") == "RuntimeError" and line["frames"] for line in lines)
    assert not any(word in written.getvalue() for word in ("SECRET-CODE", "0905123456", "CANARY"))


async def test_an_answer_that_does_not_begin_is_given_up() -> None:
    router = APIRouter()

    @router.get("/stuck")
    async def stuck() -> None:
        await asyncio.Event().wait()

    async with opened(routers=[router], answer_seconds=0.01) as client:
        answer = await client.get("/stuck")
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/too-slow"


async def test_a_slow_upload_is_not_held_against_the_answer(report: dict[str, object]) -> None:
    arrived = asyncio.Event()

    async def slow_body() -> AsyncIterator[bytes]:
        yield json.dumps(report).encode()
        asyncio.get_running_loop().call_later(2.2, arrived.set)
        await arrived.wait()
        yield b" "

    async with opened(answer_seconds=2.0) as client:
        answer = await client.post(
            "/api/v1/reports", content=slow_body(), headers={"content-type": "application/json"}
        )
    assert answer.status_code == 201


async def test_a_stream_outlives_the_deadline() -> None:
    router = APIRouter()
    released = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        asyncio.get_running_loop().call_later(0.05, released.set)
        await released.wait()
        yield b"b"

    @router.get("/slow")
    async def stream() -> StreamingResponse:
        return StreamingResponse(slow())

    async with opened(routers=[router], answer_seconds=0.01) as client:
        assert (await client.get("/slow")).text == "ab"


async def test_state_is_the_services_own() -> None:
    app = make_app(state={"reports": "store"})
    assert app.state.reports == "store"
