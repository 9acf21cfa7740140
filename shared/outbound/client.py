"""The one client for requests to addresses that somebody else chose.

A name is resolved when the connection is made, every address it has must be one that the destination may have, and
the connection goes to those very addresses: a name that changes between check and use changes nothing. Redirects are
not followed, proxies and cookies not known, and of an answer its status alone is kept.
"""

import asyncio
import contextvars
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from shared.outbound.addresses import Address
from shared.outbound.destinations import Destination

TOTAL_SECONDS = 10.0
"""From the first packet to the status line; a receiver that needs longer is tried again later."""
_CONNECT_SECONDS = 5.0
_READ_LIMIT = 65_536
"""Bytes of an answer that are read so that the connection can be used again; with more it is closed."""
_READ_SECONDS = 1.0
_CONNECTIONS = 1_000
_LOOK_UPS = 64

_calling: contextvars.ContextVar[Destination] = contextvars.ContextVar("outbound_destination")


class NotAllowedError(OSError):
    """The host has an address that may not be called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to.

    Attributes:
        status: of the answer, if there was one.
        failure: why there was none: `timeout`, `not-allowed`, `unknown-host`, `tls` or `connection`.
        seconds: how long it took.
    """

    status: int | None
    failure: str = ""
    seconds: float = 0.0

    @property
    def is_ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110: successful

    @property
    def reason(self) -> str:
        """Short and stable, for records: `http-503`, `timeout`."""
        return f"http-{self.status}" if self.status is not None else self.failure


class Outbound:
    """Makes calls; one per process, used as an asynchronous context.

    Args:
        total: seconds a call may take.
    """

    def __init__(self, *, total: float = TOTAL_SECONDS) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total, connect=min(total, _CONNECT_SECONDS))
        self._resolver: _GuardedResolver | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = _GuardedResolver()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, limit=_CONNECTIONS),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def post(self, destination: Destination, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """POST and tell what came of it; raises for nothing that the other side does."""
        if self._session is None:
            raise RuntimeError("Outbound is used inside `async with`")
        began = asyncio.get_running_loop().time()
        status, failure = await self._post(self._session, destination, body, headers)
        return Outcome(status, failure, asyncio.get_running_loop().time() - began)

    async def _post(
        self, session: aiohttp.ClientSession, destination: Destination, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int | None, str]:
        _calling.set(destination)
        try:
            url = _as_called(destination)
            async with session.post(url, data=body, headers=dict(headers), allow_redirects=False) as response:
                await _make_reusable(response)
                return response.status, ""
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, _failure(error)


class _GuardedResolver(AbstractResolver):
    """Resolves for the call under way, and gives out only addresses that it may go to.

    In threads of its own: a look-up cannot be cancelled, and slow name servers of some must not hold up what else
    this process does in threads.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=_LOOK_UPS, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        destination = _calling.get()
        look_up = partial(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        for *_, address in found:
            if host != destination.host or not destination.may_connect_to(ip_address(address[0])):
                raise NotAllowedError(host)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _make_reusable(response: aiohttp.ClientResponse) -> None:
    """Read a short answer to its end; anything longer, slower or endless costs its sender the connection."""
    try:
        async with asyncio.timeout(_READ_SECONDS):
            await response.content.readexactly(_READ_LIMIT)
    except asyncio.IncompleteReadError:
        return  # all of it was shorter
    except (aiohttp.ClientError, TimeoutError):
        pass
    response.close()


def _failure(error: Exception) -> str:
    causes: list[BaseException | None] = [error, error.__cause__, getattr(error, "os_error", None)]
    for kind, name in _NAMES:
        if any(isinstance(cause, kind) for cause in causes):
            return name
    return "connection"


_NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (NotAllowedError, "not-allowed"),
    (TimeoutError, "timeout"),
    (socket.gaierror, "unknown-host"),
    (ssl.SSLError, "tls"),
    (aiohttp.ClientSSLError, "tls"),
)


def _as_called(destination: Destination) -> URL:
    """The URL as the library reads it, if it reads the same host; it asks no resolver about an address.

    Raises:
        NotAllowedError: it reads another host (full-width digits become plain ones), or an address inside.
    """
    url = URL(destination.url)
    if url.host != destination.host:
        raise NotAllowedError(destination.host)
    literal = _literal(destination.host)
    if literal is not None and not destination.may_connect_to(literal):
        raise NotAllowedError(destination.host)
    return url


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
