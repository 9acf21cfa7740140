"""What stands between the network and every handler: size, content coding, media type, strict JSON.

The body is read to its end before anything is decided, within a limit and a deadline, so that no handler meets half a
request; a refused one costs at most `limit` bytes of memory, however it was compressed.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Malformed, Text, TooLarge, Unsupported
from shared.http.timeouts import SlowRequest
from shared.strict_json import MAX_BYTES, read_json

MAX_TARGET = 8 * 1024
MAX_HEADERS = 32 * 1024
BODY_SECONDS = 20.0
_SLOWEST_UPLOAD = 20_000  # bytes a second that a phone with poor reception still manages; media get the time for it
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class BodyGuard:
    """ASGI middleware; raises refusals, which the door in front turns into problems.

    Args:
        app: what comes next.
        limits: larger limits (bytes) of paths that take media, by prefix; there any media type passes.
        seconds: within which the whole body must arrive; media get more by their limit.
    """

    def __init__(self, app: ASGIApp, limits: Mapping[str, int], seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._seconds = seconds
        self._limits = dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _refuse_head(scope)
        headers = Headers(scope=scope)
        limit, takes_media = self._limit(scope["path"])
        body = await _read(headers, receive, limit, self._seconds + (limit - MAX_BYTES) / _SLOWEST_UPLOAD)
        if body and scope["method"] not in _BODILESS:
            _refuse_content(scope["path"], headers, body, takes_media=takes_media, limit=limit)
        if "content-encoding" in headers:
            _declare_decoded(scope, len(body))
        await self._app(scope, _replay(body, receive), send)

    def _limit(self, path: str) -> tuple[int, bool]:
        larger = [limit for prefix, limit in self._limits.items() if path.startswith(prefix)]
        return (max(larger), True) if larger else (MAX_BYTES, False)


def _refuse_head(scope: Scope) -> None:
    raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    target = raw + b"?" + scope.get("query_string", b"")
    if len(target) > MAX_TARGET:
        raise _malformed("Địa chỉ quá dài.", "The address is too long.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        raise _malformed("Tiêu đề quá dài.", "The headers are too long.")
    if b"%00" in target or b"\x00" in target:
        raise _malformed("Địa chỉ chứa ký tự NUL.", "The address holds a NUL character.")


def _malformed(vi: str, en: str) -> Malformed:
    return Malformed("malformed-request", Text(vi, en))


def _too_large(limit: int) -> TooLarge:
    """The connection stays: the server drops the rest as it comes, and the client can read why.

    Closed at once, a client that is still sending would see a reset instead of the answer.
    """
    return TooLarge(
        "body-too-large",
        Text(
            f"Nội dung tối đa {limit // 1024} kB, tính sau khi giải nén; hãy gửi ít hơn.",
            f"A body has at most {limit // 1024} kB, counted after decompression; send less.",
        ),
    )


def _is_gzip(headers: Headers) -> bool:
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        return False
    if coding in {"gzip", "x-gzip"}:
        return True
    raise Unsupported(
        "unsupported-media-type",
        Text("Chỉ đọc được nội dung nén bằng gzip.", "The only content coding read here is gzip."),
        headers={"Accept-Encoding": "gzip"},
    )


def _refuse_declared_length(headers: Headers, limit: int) -> None:
    declared = headers.get("content-length")
    if declared is None:
        return
    if not (declared.isascii() and declared.isdigit()):
        raise _malformed("Content-Length không phải là số.", "Content-Length is not a number.")
    if len(declared) > len(str(limit)) + 1 or int(declared) > limit:
        raise _too_large(limit)


async def _read(headers: Headers, receive: Receive, limit: int, seconds: float) -> bytes:
    """The whole body, decompressed; never holds more than `limit` bytes plus one network chunk."""
    inflate = _Inflater(limit) if _is_gzip(headers) else None
    _refuse_declared_length(headers, limit)
    chunks: list[bytes] = []
    received = size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in _chunks(receive):
                received += len(chunk)
                plain = inflate(chunk, size) if inflate else chunk
                size += len(plain)
                if received > limit or size > limit:
                    raise _too_large(limit)
                chunks.append(plain)
    except TimeoutError:
        raise SlowRequest from None
    if inflate:
        inflate.refuse_cut(received)
    return b"".join(chunks)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


class ClientLeft(Exception):
    """The client went away before its request was complete; there is nobody to answer."""


class _Inflater:
    """gzip, one member, never more than `limit` bytes out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._stream = zlib.decompressobj(wbits=31)

    def __call__(self, chunk: bytes, size: int) -> bytes:
        try:
            plain = self._stream.decompress(chunk, self._limit - size + 1)
        except zlib.error:
            raise _malformed("Phần nén gzip bị hỏng.", "The gzip compression is broken.") from None
        if self._stream.unconsumed_tail:
            raise _too_large(self._limit)
        if self._stream.unused_data:
            raise _malformed("Có dữ liệu thừa sau phần nén gzip.", "Something follows the gzip data.")
        return plain

    def refuse_cut(self, received: int) -> None:
        if received and not self._stream.eof:
            raise _malformed("Phần nén gzip bị cắt cụt.", "The gzip data is cut off.")


def _refuse_content(path: str, headers: Headers, body: bytes, *, takes_media: bool, limit: int) -> None:
    kind, _, parameters = headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
            raise _unsupported()
        read_json(body, limit=limit)
    elif not takes_media and (path.startswith("/api/") or kind not in {_FORM, _MULTIPART}):
        raise _unsupported()


def _unsupported() -> Unsupported:
    return Unsupported(
        "unsupported-media-type",
        Text(
            "Hãy gửi nội dung kiểu application/json, mã hóa UTF-8.",
            "Send the body as application/json in UTF-8.",
        ),
        headers={"Accept": "application/json"},
    )


def _declare_decoded(scope: Scope, length: int) -> None:
    """Handlers see the body as if it had come plain."""
    kept = [(name, value) for name, value in scope["headers"] if name not in {b"content-encoding", b"content-length"}]
    scope["headers"] = [*kept, (b"content-length", str(length).encode())]


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body over once; afterwards the network speaks again, which is how streams learn of a disconnect."""
    delivered = False

    async def replayed() -> Message:
        nonlocal delivered
        if delivered:
            return await receive()
        delivered = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
