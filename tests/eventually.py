"""Waiting for something to come true, to a deadline; the tests' only way to wait.

Wait for what stays true once it is: a state that comes and goes may pass between two looks.

What is asked may raise AssertionError ("not yet"); any other error ends the wait at once.
"""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

_EVERY_SECONDS = 0.02

PATIENCE = 60.0
"""Seconds for what takes milliseconds on a quiet machine: a wait ends when it may, so patience costs nothing."""


@overload
async def eventually(ask: Callable[[], Awaitable[T | None]], *, within: float = PATIENCE) -> T: ...
@overload
async def eventually(ask: Callable[[], T | None], *, within: float = PATIENCE) -> T: ...
async def eventually(ask: Callable[[], Any], *, within: float = PATIENCE) -> Any:
    """The first true answer of `ask`, which may be a coroutine function.

    Args:
        ask: asked every 20 ms. False, None, an empty collection and AssertionError mean "not yet".
        within: seconds until it is given up.

    Raises:
        AssertionError: no true answer in time; says what the last one was.
    """
    deadline = time.monotonic() + within
    while True:
        answer, refusal = await _asked(ask)
        if answer:
            return answer
        _give_up_after(deadline, within, answer, refusal)
        await asyncio.sleep(_EVERY_SECONDS)


def eventually_sync(ask: Callable[[], T | None], *, within: float = PATIENCE) -> T:
    """As `eventually`, for tests that run no event loop (browsers, processes)."""
    deadline = time.monotonic() + within
    while True:
        answer, refusal = _asked_sync(ask)
        if answer:
            return answer
        _give_up_after(deadline, within, answer, refusal)
        time.sleep(_EVERY_SECONDS)


async def _asked(ask: Callable[[], Any]) -> tuple[Any, AssertionError | None]:
    try:
        answer = ask()
        return (await answer if inspect.isawaitable(answer) else answer), None
    except AssertionError as refusal:
        return None, refusal


def _asked_sync(ask: Callable[[], T]) -> tuple[T | None, AssertionError | None]:
    try:
        return ask(), None
    except AssertionError as refusal:
        return None, refusal


def _give_up_after(deadline: float, within: float, answer: object, refusal: AssertionError | None) -> None:
    if time.monotonic() > deadline:
        said = f"it still failed: {refusal}" if refusal else f"the last answer was {answer!r}"
        raise AssertionError(f"not within {within:g} s; {said}") from refusal
