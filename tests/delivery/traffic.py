"""Starts each flow at its pace, whether or not the ones before have ended, until told to stop."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from tests.delivery.flows import Flow


@dataclass(slots=True)
class Traffic:
    """Open-loop traffic: a service that is away meets everything that came meanwhile when it is back.

    Attributes:
        paces: each flow with how often it begins in a second.
        at_once: how many actions may be under way; beyond it new ones wait, so that memory stays bounded.
    """

    paces: Mapping[Flow, float]
    at_once: int = 500
    started: int = 0
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopped.set()

    async def run(self, numbers: Iterator[int] | None = None) -> None:
        """Until stopped; returns when all that was begun has ended.

        Args:
            numbers: of the actions, where others act as well; else each flow counts its own.
        """
        room = asyncio.Semaphore(self.at_once)
        async with asyncio.TaskGroup() as group:
            for flow, pace in self.paces.items():
                group.create_task(self._keep_pace(group, room, flow, pace, numbers or count()))

    async def _keep_pace(
        self, group: asyncio.TaskGroup, room: asyncio.Semaphore, flow: Flow, pace: float, numbers: Iterator[int]
    ) -> None:
        due = time.monotonic()
        for number in numbers:
            due += 1 / pace
            if await self._is_stopped_by(due):
                return
            await room.acquire()
            self.started += 1
            group.create_task(_act(room, flow, number))

    async def _is_stopped_by(self, due: float) -> bool:
        try:
            await asyncio.wait_for(self._stopped.wait(), max(0.0, due - time.monotonic()))
        except TimeoutError:
            return False
        return True


async def _act(room: asyncio.Semaphore, flow: Flow, number: int) -> None:
    try:
        await flow(number)
    finally:
        room.release()
