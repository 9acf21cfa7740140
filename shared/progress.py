"""Work that goes on inside a batch: each answer of the store is a sign of life, and others get their turns.

A handler may change hundreds of documents one after the other, and on a slow day that takes longer than the watchdog
waits. Who writes says that it moves on; who is watched hears it, wherever in the batch it happens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


def _nobody_watches() -> None:
    pass


_hear: ContextVar[Callable[[], None]] = ContextVar("hear_progress", default=_nobody_watches)


def say_progress() -> None:
    """Tell whoever watches this task that it moves on."""
    _hear.get()()


@contextmanager
def heard_by(hear: Callable[[], None]) -> Iterator[None]:
    """Within this, `say_progress` is heard by `hear`; tasks that are begun inside are heard, too."""
    token = _hear.set(hear)
    try:
        yield
    finally:
        _hear.reset(token)


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Each item after everybody else has had a turn.

    Reading 500 texts at once takes half a second, on a busy machine five: heartbeats to the broker came too late, and
    requests to the same process waited as long (measured).
    """
    for item in items:
        await asyncio.sleep(0)
        yield item
