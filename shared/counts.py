"""How many documents a service holds, told as events, so that stores, Kafka and screens can be held side by side.

The situation compares these with what it has counted on the topics (F64). One document per service, changed under a
lease, published like any other state.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import structlog

from shared.aggregates import Aggregates
from shared.clock import Clock
from shared.errors import Refusal
from shared.events import Cause
from shared.events.notifications import CountsTaken
from shared.ids import new_id
from shared.leases import Leases
from shared.mongo import AWAY
from shared.pending import Change, Command
from shared.relay import Relay
from shared.settings import ServiceName

log = structlog.get_logger(__name__)

_LEASE = "counts"
_SHORTEST = 5.0
_SHARE_OF_TIME = 20
"""Counting may take a twentieth of the time: with a million documents it is done less often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """The newest counts of one service."""

    documents: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    at: datetime


class Counts:
    """Counts the aggregates of one service and tells.

    Args:
        service: whose they are.
        aggregates: where the counts themselves are kept.
        counted: what is counted.
    """

    STATE: ClassVar[type[StoreCounts]] = StoreCounts

    def __init__(
        self,
        service: ServiceName,
        aggregates: Aggregates[StoreCounts],
        counted: Sequence[Aggregates[Any]],
        clock: Clock,
    ) -> None:
        self.aggregates = aggregates
        self._service = service
        self._counted = counted
        self._clock = clock

    async def run(self, leases: Leases, relay: Relay) -> None:
        """Count and tell until cancelled; one process of the service at a time."""
        pause = _SHORTEST
        while True:
            await asyncio.sleep(pause)
            try:
                if await leases.hold(_LEASE, 4 * pause):
                    pause = max(_SHORTEST, _SHARE_OF_TIME * await self._take(relay))
            except (*AWAY, Refusal) as error:
                log.warning("counts_wait", error=type(error).__name__)

    async def _take(self, relay: Relay) -> float:
        """Count once, unless what was counted last is unheard; returns how many seconds it took."""
        began = time.monotonic()
        if await self._is_unheard():
            return 0.0  # nobody hears anything now, and what is told every five seconds would outgrow its document
        documents = {each.collection.name: await each.collection.count_documents({}) for each in self._counted}
        waiting = await relay.waiting()
        taken = StoreCounts(documents=documents, pending=waiting.documents, at=self._clock())
        await self._tell(taken)
        return time.monotonic() - began

    async def _is_unheard(self) -> bool:
        """Whether what was told last is still on its way."""
        told = {"_id": self._service, "pending_since": {"$exists": True}}
        return await self.aggregates.collection.count_documents(told) > 0

    async def _tell(self, taken: StoreCounts) -> None:
        said = CountsTaken(service=self._service, documents=taken.documents, pending=taken.pending, at=taken.at)
        change, command = Change(taken, (said,)), Command(id=new_id())
        cause = Cause.of_command(command.id)
        if await self.aggregates.find(self._service) is None:
            await self.aggregates.create(self._service, change, cause, command=command)
        else:
            await self.aggregates.change(self._service, lambda _: change, cause, command=command)
