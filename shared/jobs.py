"""Effects outside (webhook, SMS, e-mail): jobs in MongoDB, claimed with a lease, the attempt written before the call.

A job's id is derived from recipient, event and channel; the provider sees it as idempotency key, so that an attempt
whose outcome nobody knows can be made again. An expired job has no effect.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import structlog

from shared.failpoints import fp
from shared.mongo import AWAY

log = structlog.get_logger(__name__)

J = TypeVar("J")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one call came to. `again_at` None: no further attempt."""

    ok: bool
    reason: str = ""
    again_at: datetime | None = None


class JobStore(Protocol[J]):
    """What a capability's `store.py` offers for its jobs; every step is one durable write."""

    async def claim(self, holder: str, lease: timedelta, limit: int) -> list[J]:
        """Take due jobs: writes the attempt (count, time, holder, lease end) before anything is called."""
        ...

    async def settle(self, job: J, attempt: Attempt) -> Any:
        """Write the outcome, with its event, and let the job go."""
        ...


class JobRunner(Generic[J]):
    """Claims and makes calls, several at once, so that one slow receiver delays nobody.

    Args:
        store: where the jobs are.
        call: makes one attempt; must not raise for what the receiver does.
        holder: this process.
        lease: longer than the longest call.
        parallel: how many calls at once.
    """

    def __init__(
        self,
        store: JobStore[J],
        call: Callable[[J], Awaitable[Attempt]],
        *,
        holder: str,
        lease: timedelta = timedelta(seconds=30),
        parallel: int = 100,
        every: float = 0.2,
    ) -> None:
        self._store = store
        self._call = call
        self._holder = holder
        self._lease = lease
        self._parallel = parallel
        self._every = every
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled; calls under way are given up then, their leases run out."""
        try:
            while True:
                if not await self._claim_some():
                    await asyncio.sleep(self._every)
        finally:
            for task in self._under_way:
                task.cancel()

    async def _claim_some(self) -> bool:
        free = self._parallel - len(self._under_way)
        if free <= 0:
            return False
        try:
            jobs = await self._store.claim(self._holder, self._lease, free)
        except AWAY as error:
            log.warning("jobs_wait", error=type(error).__name__)
            return False
        for job in jobs:
            task = asyncio.create_task(self._attempt(job))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return bool(jobs)

    async def _attempt(self, job: J) -> None:
        """Make one call; whatever dies here leaves the job to its lease, which runs out, and it is made again."""
        fp("claimed_job")
        try:
            attempt = await self._call(job)
            fp("called")
            await self._store.settle(job, attempt)
        except AWAY as error:
            log.warning("job_outcome_unwritten", error=type(error).__name__)
        except Exception:
            log.exception("job_died")
