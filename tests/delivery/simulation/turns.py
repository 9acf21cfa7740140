"""Who may go on next: every operation on store and broker waits here until the schedule lets it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from random import Random

_LOOPS = 5
"""Turns of the event loop after which whatever was let go stands at its next operation."""


@dataclass(slots=True)
class Turns:
    """The operations that wait, and what may befall them.

    Attributes:
        chance: draws everything that a schedule leaves open.
        faulty: how often an operation meets a fault; 0 once the world is to heal.
        trace: what happened, for whoever replays a schedule.
    """

    chance: Random
    faulty: float = 0.15
    trace: list[str] = field(default_factory=list)
    waiting: deque[tuple[str, asyncio.Future[None]]] = field(default_factory=deque)

    async def turn(self, what: str) -> None:
        """Wait for one's turn. Whoever is killed meanwhile never gets it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((what, future))
        await future

    def fails(self, share: float = 0.5) -> bool:
        """Whether a fault strikes here."""
        return self.faulty > 0 and self.chance.random() < self.faulty * share

    def let_one_go(self) -> bool:
        """Let any one of those that wait go on; False when none does."""
        while self.waiting:
            self.waiting.rotate(-self.chance.randrange(len(self.waiting)))
            what, future = self.waiting.popleft()
            if not future.done():
                self.trace.append(what)
                future.set_result(None)
                return True
        return False


async def settle() -> None:
    """Let the event loop run until everybody waits again."""
    for _ in range(_LOOPS):
        await asyncio.sleep(0)
