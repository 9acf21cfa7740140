"""Tasks that live as long as their process: started again when they die, ended in time when it stops."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

_PATIENCE = (4.0, 0.5, 0.5)
"""Seconds to wait after each cancellation; a process that is told to stop ends within five."""


async def kept_alive(task: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A task that dies of a bug is started again, unless it was told to stop; silence would be the worst answer."""
    myself = asyncio.current_task()
    while True:
        try:
            await task()
        except Exception:
            log.exception("task_died", task=getattr(task, "__qualname__", "task"))
            if myself is not None and myself.cancelling():
                return
            await asyncio.sleep(1)
        else:
            return


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended: one cancellation may be lost in a library, and none may hold up a stop."""
    running = {task for task in tasks if not task.done()}
    for seconds in _PATIENCE:
        for task in running:
            task.cancel()
        if running:
            _, running = await asyncio.wait(running, timeout=seconds)
    if running:
        log.error("tasks_do_not_end", tasks=[task.get_name() for task in running])
