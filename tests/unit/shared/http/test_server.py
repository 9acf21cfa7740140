"""The real server on a real socket: what no in-process transport shows."""

import asyncio
import contextlib
import gc
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from fastapi import FastAPI

from shared.http import protocol, serve_in_loop, server_config
from shared.settings import Settings
from tests.eventually import PATIENCE, eventually
from tests.unit.shared.http.conftest import make_app

ROOT = Path(__file__).resolve().parents[4]
LISTENING = cast("Settings", SimpleNamespace(listen="127.0.0.1", port=0))
POST = b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module", autouse=True)
def collector() -> Iterator[None]:
    """The server freezes the collector's objects for its process; this process runs other tests, too."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    server = uvicorn.Server(server_config(make_app(), LISTENING))
    listener = socket.create_server(("127.0.0.1", 0))
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(asyncio.CancelledError))
        running = asyncio.create_task(server._serve([listener]))
        await eventually(lambda: server.started)
        yield cast("int", listener.getsockname()[1])
        server.should_exit = True
        await running


async def test_a_server_inside_a_loop_ends_all_that_it_began_when_it_is_cancelled() -> None:
    said: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        said.append("begun")
        yield
        said.append("ended")

    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(serve_in_loop(FastAPI(lifespan=lifespan), LISTENING, listener))
    assert await eventually(lambda: said)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving

    assert said == ["begun", "ended"]
    assert listener.fileno() == -1, "whoever closed it later would close what another one opened meanwhile"


async def talk(port: int, *parts: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes as they are, read one answer."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await read_answer(reader)
        finally:
            writer.close()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def test_a_client_that_sends_ten_megabytes_reads_why_they_are_refused(port: int) -> None:
    status, _, body = await talk(port, POST + b"Content-Length: 10000000\r\n\r\n", b" " * 10_000_000)
    assert status == 413
    assert json.loads(body)["type"] == "/problems/body-too-large"


async def test_ten_megabytes_in_chunks_are_refused_likewise(port: int) -> None:
    chunks = [b"10000\r\n" + b" " * 65536 + b"\r\n"] * 160
    status, _, _ = await talk(port, POST + b"Transfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n")
    assert status == 413


async def test_after_a_refused_body_the_connection_serves_on(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(POST + b"Content-Length: 1000000\r\n\r\n" + b" " * 1_000_000)
    assert (await read_answer(reader))[0] == 413
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await read_answer(reader))[0] == 200
    writer.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"garbage\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 200_000,
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda text: text[:20].decode("latin-1").strip(),
)
async def test_what_is_no_proper_request_is_answered_with_400(port: int, request_: bytes) -> None:
    assert (await talk(port, request_))[0] == 400


async def test_a_head_that_comes_too_slowly_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.05)
    assert (await talk(port, b"GET /healthz HT"))[0] == 400


async def test_head_is_answered_without_a_body(port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HEAD /api/v1/long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("path", [b"/api/v1/reports/", b"//evil.example", b"/hello/"])
async def test_nothing_is_redirected_to_where_the_host_header_says(port: int, path: bytes) -> None:
    status, headers, _ = await talk(port, b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert status < 300 or status >= 400
    assert "location" not in headers


async def test_the_server_does_not_say_what_it_is(port: int) -> None:
    _, headers, _ = await talk(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert "server" not in headers


@pytest.mark.parametrize("trusted", [None, "10.0.0.1"])
def test_forwarded_addresses_are_believed_only_behind_a_named_proxy(
    monkeypatch: pytest.MonkeyPatch, trusted: str | None
) -> None:
    if trusted is None:
        monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    else:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    assert server_config(make_app(), LISTENING).proxy_headers is (trusted is not None)


def test_a_stop_that_was_asked_for_ends_with_code_0() -> None:
    program = (
        "from types import SimpleNamespace as S\n"
        "from shared.http import serve\n"
        "from shared.log import configure_logging\n"
        "from tests.unit.shared.http.conftest import make_app\n"
        "configure_logging('intake')\n"
        "serve(make_app(), S(listen='127.0.0.1', port=0))\n"
    )
    process: subprocess.Popen[Any]
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if "running on" in lines[-1]["event"]:
                process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "Application shutdown complete." in [line["event"] for line in lines]
