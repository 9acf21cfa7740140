"""Size, content coding and media type of what comes in."""

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.http.bodies import BodyGuard
from shared.http.timeouts import SlowRequest
from tests.unit.shared.http.conftest import MEDIA_LIMIT

JSON = {"content-type": "application/json"}
GZIP = {**JSON, "content-encoding": "gzip"}
REPORTS = "/api/v1/reports"
LIMIT = 256 * 1024


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_body_of_exactly_the_limit_is_read(client: httpx.AsyncClient, report: dict[str, object]) -> None:
    body = json.dumps(report).encode()
    answer = await client.post(REPORTS, content=body + b" " * (LIMIT - len(body)), headers=JSON)
    assert answer.status_code == 201


async def test_one_byte_more_is_too_large(client: httpx.AsyncClient) -> None:
    answer = await client.post(REPORTS, content=b" " * (LIMIT + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"


async def test_a_declared_length_over_the_limit_is_refused_unread(client: httpx.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = await client.post(REPORTS, content=never(), headers={**JSON, "content-length": str(10**30)})
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "ten", "0x10", "+5"])
async def test_a_length_that_is_no_number_is_malformed(client: httpx.AsyncClient, length: str) -> None:
    answer = await client.post(REPORTS, content=chunks(b"{}"), headers={**JSON, "content-length": length})
    assert answer.status_code == 400


async def test_a_chunked_body_is_counted_as_it_comes(client: httpx.AsyncClient) -> None:
    answer = await client.post(REPORTS, content=chunks(*[b" " * 65536] * 200), headers=JSON)
    assert answer.status_code == 413


async def test_a_chunked_body_within_the_limit_is_read(client: httpx.AsyncClient, report: dict[str, object]) -> None:
    body = json.dumps(report).encode()
    answer = await client.post(REPORTS, content=chunks(body[:7], b"", body[7:]), headers=JSON)
    assert answer.status_code == 201


async def test_a_compressed_body_is_read(client: httpx.AsyncClient, report: dict[str, object]) -> None:
    answer = await client.post(REPORTS, content=gzip.compress(json.dumps(report).encode()), headers=GZIP)
    assert answer.status_code == 201


async def test_a_bomb_is_refused_soon_and_in_little_memory(client: httpx.AsyncClient) -> None:
    bomb = gzip.compress(bytes(100_000_000), compresslevel=1)
    tracemalloc.start()
    began = time.perf_counter()
    answer = await client.post(REPORTS, content=bomb, headers=GZIP)
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert seconds < 5  # unpacked whole, it is read for much longer
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}")[:5],
        gzip.compress(b"{}") + b"more",
        gzip.compress(b"{}") + gzip.compress(b"{}"),
        zlib.compress(b"{}"),
        gzip.compress(b'{"a": 1}')[:-8] + bytes(8),
    ],
    ids=["plain", "cut", "header only", "followed", "two members", "zlib", "wrong checksum"],
)
async def test_broken_compression_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(REPORTS, content=body, headers=GZIP)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/malformed-request"


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "compress", "utf-8", "x"])
async def test_other_codings_are_not_supported(client: httpx.AsyncClient, coding: str) -> None:
    answer = await client.post(REPORTS, content=b"{}", headers={**JSON, "content-encoding": coding})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=utf-16",
        "application/jsonp",
        "json",
    ],
)
async def test_the_api_reads_json_only(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(REPORTS, content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json"]
)
async def test_json_by_any_of_its_names_is_read(
    client: httpx.AsyncClient, report: dict[str, object], kind: str
) -> None:
    answer = await client.post(REPORTS, content=json.dumps(report).encode(), headers={"content-type": kind})
    assert answer.status_code == 201


async def test_pages_read_forms(client: httpx.AsyncClient) -> None:
    assert (await client.post("/form", data={"a": "1", "b": "2"})).text == "2"


async def test_pages_read_no_text(client: httpx.AsyncClient) -> None:
    answer = await client.post("/form", content=b"a=1", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=x", "; boundary=" + "y" * 300])
@pytest.mark.parametrize(
    "body", [b"--x", b"--x\r\n\r\n", b"x" * 1000, b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"]
)
async def test_a_broken_multipart_form_is_no_error_of_ours(
    client: httpx.AsyncClient, boundary: str, body: bytes
) -> None:
    answer = await client.post("/form", content=body, headers={"content-type": "multipart/form-data" + boundary})
    assert answer.status_code < 500


async def test_a_media_route_takes_more_and_other_types(client: httpx.AsyncClient) -> None:
    photo = b"\x89PNG" + bytes(LIMIT * 2)
    answer = await client.post("/api/v1/photos", content=photo, headers={"content-type": "image/png"})
    assert answer.json() == {"bytes": len(photo)}
    too_large = await client.post(
        "/api/v1/photos", content=bytes(MEDIA_LIMIT + 1), headers={"content-type": "image/png"}
    )
    assert too_large.status_code == 413


async def test_get_and_delete_may_carry_a_body(client: httpx.AsyncClient) -> None:
    assert (await client.request("GET", REPORTS, content=b"\x00whatever")).status_code == 200
    assert (await client.request("DELETE", REPORTS, content=b"{}", headers=JSON)).status_code == 405


@pytest.mark.parametrize("path", [f"{REPORTS}/a%00b", f"{REPORTS}?q=%00"])
async def test_nul_in_an_address_is_malformed(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 400


async def test_an_endless_address_is_malformed(client: httpx.AsyncClient) -> None:
    assert (await client.get(REPORTS, params={"q": "a" * 9000})).status_code == 400


async def test_a_body_that_never_ends_times_out() -> None:
    async def silent() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    async def unreached(*_: object) -> None:
        raise AssertionError("half a request got through")

    scope = {"type": "http", "method": "POST", "path": REPORTS, "query_string": b"", "headers": []}
    with pytest.raises(SlowRequest):
        await BodyGuard(unreached, {}, seconds=0.01)(scope, silent, unreached)
