"""The public doors of the four services, as browsers, phones and programs use them.

Each citizen comes from an address of their own, as through a gateway: limits count per client, and one machine that
plays a whole province would be one. A request that nobody answered, or that was put off, goes again under the same
Idempotency-Key: that is what keys are for.
"""

import asyncio
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec
from yarl import URL

from shared.settings import ServiceName

_PATIENCE_SECONDS = 120.0
"""A service that was killed is back within seconds; on a busy machine within a minute."""
_PAUSE_SECONDS = 0.5
_PUT_OFF = frozenset({429, 503})
_STRANGER = 401
"""To somebody who has signed in: the service has not heard of the account yet, which takes a second after a start."""
_SECONDS = aiohttp.ClientTimeout(total=30)
_CONNECTIONS = 64
_NOBODY_BEHIND = frozenset({502, 504})
"""The gateway's own words: what stands behind it was not there, or went away before it answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a door said. `body` is the JSON, None where there was none; `seconds` is the last attempt alone."""

    status: int
    body: Any
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110: successful

    @property
    def slug(self) -> str:
        """What kind of problem it is, for people who read the summary."""
        problem = self.body.get("type", "") if isinstance(self.body, dict) else ""
        return str(problem).removeprefix("/problems/")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: an address, and the headers that say who it is."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> "Caller":
        """An address in 10.0.0.0/8 that belongs to this name alone, or nearly so."""
        number = zlib.crc32(name.encode())
        return cls(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A body that is sent as it is, however broken."""

    content: bytes
    content_type: str = "application/json"
    content_encoding: str | None = None


class Doors:
    """Knocks at the services.

    Args:
        urls: their public addresses by name.
    """

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.urls = dict(urls)
        self.server_errors = 0
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=_SECONDS,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, service: ServiceName, path: str, caller: Caller) -> Answered:
        return await self._until_answered("GET", service, path, caller, None, {})

    async def post(
        self, service: ServiceName, path: str, body: Any, caller: Caller, *, key: str | None = None
    ) -> Answered:
        """POST JSON (or a `Raw` body); `key` makes it safe to send again."""
        return await self._until_answered("POST", service, path, caller, body, _keyed(key))

    async def delete(self, service: ServiceName, path: str, caller: Caller, *, key: str | None = None) -> Answered:
        return await self._until_answered("DELETE", service, path, caller, None, _keyed(key))

    async def _until_answered(
        self, method: str, service: ServiceName, path: str, caller: Caller, body: Any, headers: Mapping[str, str]
    ) -> Answered:
        url = self.urls[service] + path
        every = {"X-Forwarded-For": caller.address, "Origin": str(URL(url).origin()), **caller.headers, **headers}
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answered = await self._once(method, url, body, every)
            if answered is not None and not _is_put_off(answered, caller):
                self.server_errors += answered.status >= 500  # noqa: PLR2004 - RFC 9110: server errors
                return answered
            if time.monotonic() > deadline:
                return answered or Answered(0, None, 0.0)
            await asyncio.sleep(_pause(answered))

    async def _once(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answered | None:
        """None when nobody answered: the service starts again, or the request was cut off."""
        assert self._session is not None, "Doors are used inside `async with`"  # noqa: S101 - a mistake in our code
        content, kind = _written(body)
        began = time.monotonic()
        try:
            async with self._session.request(method, url, data=content, headers={**headers, **kind}) as response:
                if response.status in _NOBODY_BEHIND:
                    return None
                read = await response.read()
                seconds = time.monotonic() - began
                return Answered(response.status, _json(read), seconds, dict(response.headers))
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
            return None


def _is_put_off(answered: Answered, caller: Caller) -> bool:
    return answered.status in _PUT_OFF or (answered.status == _STRANGER and "Cookie" in caller.headers)


def _keyed(key: str | None) -> Mapping[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _written(body: Any) -> tuple[bytes | None, Mapping[str, str]]:
    if body is None:
        return None, {}
    if isinstance(body, Raw):
        coding = {"Content-Encoding": body.content_encoding} if body.content_encoding else {}
        return body.content, {"Content-Type": body.content_type, **coding}
    return msgspec.json.encode(body), {"Content-Type": "application/json"}


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content) if content else None
    except msgspec.DecodeError:
        return None


def _pause(answered: Answered | None) -> float:
    """As long as the door asks for."""
    asked = answered.headers.get("Retry-After", "") if answered else ""
    return float(asked) if asked.isdigit() else _PAUSE_SECONDS
