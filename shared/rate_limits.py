"""How often one client may ask: `dependencies=[Depends(RateLimit("20/minute"))]` on a route.

Counts stand in the service's own database, so that all replicas share them (`limits`, sliding window). Where MongoDB
is away a request is let through: its write will be refused anyway, and what only reads harms nobody.
"""

import asyncio
import hashlib
import math
import time
from collections.abc import Callable

import structlog
from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, MongoDBStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.util import WindowStats
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.errors import Text, TooMany
from shared.settings import ServiceName, Settings
from shared.telemetry import RATE_LIMIT_OPEN, RATE_LIMITED

ClientKey = Callable[[Request], str]

HEADERS = "haivan.rate_limit_headers"
"""Where the scope keeps the `RateLimit-*` headers for whatever answer is made, a refusal included."""

_SECONDS = 0.5  # a counter that takes longer is as good as away
_REST_SECONDS = 5.0  # before an absent counter is asked again, so that its absence doesn't slow every request
_COUNTERS = "rate_limit_counters"
_WINDOWS = "rate_limit_windows"
_log = structlog.get_logger(__name__)


class RateLimits:
    """The counters of one service; stands on `app.state.rate_limits`.

    Args:
        storage: makes the store of counters, at the first request: motor wants a running event loop.
    """

    def __init__(self, storage: Callable[[], MongoDBStorage | MemoryStorage] = MemoryStorage) -> None:
        self._storage = storage
        self._opened: MongoDBStorage | MemoryStorage | None = None
        self._away_until = 0.0

    @classmethod
    def of(cls, settings: Settings, service: ServiceName) -> "RateLimits":
        """Counters in the service's own database, over connections that give up soon and wait for no majority."""
        return cls(
            lambda: MongoDBStorage(
                f"async+{settings.mongo_url.get_secret_value()}",
                database_name=settings.database_of(service),
                counter_collection_name=_COUNTERS,
                window_collection_name=_WINDOWS,
                serverSelectionTimeoutMS=int(_SECONDS * 1000),
                connectTimeoutMS=int(_SECONDS * 1000),
                socketTimeoutMS=int(_SECONDS * 1000),
                maxPoolSize=20,
                w=1,
            )
        )

    async def hit(self, limit: RateLimitItem, *identifiers: str) -> tuple[bool, WindowStats] | None:
        """Count one request: whether it is allowed, with what remains; None while the counters are away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(_SECONDS):
                limiter = SlidingWindowCounterRateLimiter(self._open())
                allowed = await _acquired(limiter, limit, identifiers)
                return allowed, await limiter.get_window_stats(limit, *identifiers)
        except (PyMongoError, TimeoutError) as error:
            self._away_until = time.monotonic() + _REST_SECONDS
            _log.warning("rate_limits_away", error=type(error).__name__)
            return None

    async def close(self) -> None:
        """Give the connections back."""
        if isinstance(self._opened, MongoDBStorage):
            self._opened.storage.close()
        self._opened = None

    def _open(self) -> MongoDBStorage | MemoryStorage:
        if self._opened is None:
            self._opened = self._storage()
        return self._opened


async def _acquired(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, identifiers: tuple[str, ...]
) -> bool:
    try:
        return await limiter.hit(limit, *identifiers)
    except DuplicateKeyError:  # two first requests of one client at once: the loser finds the winner's document
        return await limiter.hit(limit, *identifiers)


def client_address(request: Request) -> str:
    """The address the request came from (behind a trusted proxy: the one it names)."""
    return request.client.host if request.client else "unknown"


class RateLimit:
    """A dependency that refuses what exceeds `limit` with 429.

    Args:
        limit: `"20/minute"`, `"100 per 10 minutes"` (the notation of the `limits` library).
        key: whose requests are counted together; only a digest of it is stored.
        name: routes with the same name share a count; otherwise each route template has its own.
    """

    def __init__(self, limit: str, key: ClientKey = client_address, name: str = "") -> None:
        self._limit = parse(limit)
        self._key = key
        self._name = name

    async def __call__(self, request: Request) -> None:
        limit = self._scaled(request.app.state.settings)
        if limit is None:
            return
        name = self._name or str(getattr(request.scope.get("route"), "path", "route"))
        client = hashlib.sha256(f"{name}\n{self._key(request)}".encode()).hexdigest()[:32]
        limits: RateLimits = request.app.state.rate_limits
        counted = await limits.hit(limit, name, client)
        if counted is None:
            RATE_LIMIT_OPEN.labels(name).inc()
            return
        allowed, window = counted
        headers = self._headers(limit, window)
        request.scope[HEADERS] = headers
        if not allowed:
            RATE_LIMITED.labels(name).inc()
            raise _too_many(headers["RateLimit-Reset"])

    def _scaled(self, settings: Settings | None) -> RateLimitItem | None:
        """The limit as this installation has it; None where limits are switched off."""
        factor = 1.0 if settings is None else settings.rate_limit_factor
        if factor in (0.0, 1.0):
            return self._limit if factor else None
        whole = self._limit
        return type(whole)(max(1, round(whole.amount * factor)), whole.multiples, whole.namespace)

    def _headers(self, limit: RateLimitItem, window: WindowStats) -> dict[str, str]:
        wait = max(1, math.ceil(window.reset_time - time.time()))
        return {
            "RateLimit-Limit": str(limit.amount),
            "RateLimit-Remaining": str(max(0, int(window.remaining))),
            "RateLimit-Reset": str(min(wait, limit.get_expiry())),
        }


def _too_many(seconds: str) -> TooMany:
    return TooMany(
        "too-many-requests",
        Text(
            f"Bạn gửi quá nhiều yêu cầu; hãy chờ {seconds} giây. Trường hợp khẩn cấp hãy gọi 115.",
            f"Too many requests; wait {seconds} seconds. In an emergency call 115.",
        ),
        headers={"Retry-After": seconds},
    )
