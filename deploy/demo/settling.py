"""Waiting until everything that was accepted has gone all its ways: nothing to publish, to consume, to send."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from deploy.cli.broker import connect
from deploy.demo.doors import Caller, Doors
from deploy.demo.ledger import Score
from deploy.demo.listener import Listener
from deploy.embedded.errors import CannotRun
from shared.settings import ServiceName
from shared.topics import PLATFORM_COUNTS

_APART_SECONDS = 1.2
"""Services look at their outboxes once a second; two looks further apart than that are two different ones."""
_BALANCED_WITHIN_SECONDS = 90.0
_OPERATIONS = Caller.of("settling")


class Settling:
    """Looks from outside.

    Args:
        doors: for `/readyz`.
        listener: how far Kafka was heard.
        bootstrap: Kafka's addresses.
        has_undelivered: whether messages wait; one whose sender died is sent again when its lease has run out.
    """

    def __init__(
        self, doors: Doors, listener: Listener, bootstrap: str, has_undelivered: Callable[[], Awaitable[bool]]
    ) -> None:
        self._doors = doors
        self._listener = listener
        self._bootstrap = bootstrap
        self._has_undelivered = has_undelivered

    async def settled(self, within: float) -> bool:
        """Whether all was quiet in time, and stayed so between two looks."""
        deadline, before = time.monotonic() + within, None
        while time.monotonic() < deadline:
            ends = await self._quiet_ends()
            if ends is not None and ends == before:
                return True
            before = ends
            await asyncio.sleep(_APART_SECONDS)
        return False

    async def own_reconciliation(self, operator: Caller) -> Score:
        """How many lines of the services' own reconciliation match, once all do or time is up."""
        deadline = time.monotonic() + _BALANCED_WITHIN_SECONDS
        while True:
            answered = await self._doors.get("notifications", "/api/v1/reconciliation", operator)
            if not answered.is_yes:
                return Score(0, 1)
            if answered.body["balanced"] or time.monotonic() > deadline:
                rows = answered.body["rows"]
                return Score(sum(row["verdict"] == "match" for row in rows), len(rows))
            await asyncio.sleep(_APART_SECONDS)

    async def _quiet_ends(self) -> dict[TopicPartition, int] | None:
        """Where the topics end, if everything up to there was heard and consumed and nothing waits behind."""
        try:
            return await self._ends_if_quiet()
        except (CannotRun, KafkaError):
            return None  # a broker that is away has not said that all is quiet

    async def _ends_if_quiet(self) -> dict[TopicPartition, int] | None:
        ends = {place: end for place, end in (await self._listener.ends()).items() if _counts(place.topic)}
        if not await self._listener.is_at(ends) or await self._lag() or not await outboxes_empty(self._doors):
            return None
        return None if await self._has_undelivered() else ends

    async def _lag(self) -> int:
        async with connect(self._bootstrap) as broker:
            return sum(lag.lag for lag in await broker.lags() if _counts(lag.topic))


async def outboxes_empty(doors: Doors) -> bool:
    """Whether no service has anything left to publish, as of the last second."""
    services: list[ServiceName] = [
        name for name in ("intake", "routing", "checkpoints", "notifications") if name in doors.urls
    ]
    answers = await asyncio.gather(*(doors.get(service, "/readyz", _OPERATIONS) for service in services))
    return all(each.is_yes and each.body["details"]["outbox_pending"] == 0 for each in answers)


def _counts(topic: str) -> bool:
    """The services' own counts are told every few seconds for ever."""
    return topic != PLATFORM_COUNTS.name
