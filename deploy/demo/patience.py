"""Waiting for something that others bring about, to a deadline."""

import asyncio
import time
from collections.abc import Callable

_EVERY_SECONDS = 0.05


async def until(ask: Callable[[], bool], within: float) -> bool:
    """Whether `ask` came true within so many seconds."""
    deadline = time.monotonic() + within
    while True:
        if ask():
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_EVERY_SECONDS)
