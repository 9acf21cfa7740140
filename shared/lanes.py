"""Changes of many aggregates at once: those of one after the other, different ones side by side.

A change of state waits for the journal twice, some milliseconds each; one by one, an agency that answers a thousand
tasks at once would wait for all of them in turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_SIDE_BY_SIDE = 8
"""More would only wait for each other in the driver's threads."""


async def in_lanes(items: Sequence[T], lane: Callable[[T], Hashable], work: Callable[[T], Awaitable[R]]) -> list[R]:
    """Do the work of each item; what shares a lane is done in the order given.

    Returns:
        The results in the order of the items.

    Raises:
        Exception: the first failure, once every lane has come to its end; behind a failure its lane stops.
    """
    lanes: dict[Hashable, list[int]] = {}
    for place, item in enumerate(items):
        lanes.setdefault(lane(item), []).append(place)
    results: dict[int, R] = {}
    free = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def go_along(places: Sequence[int]) -> None:
        async with free:
            for place in places:
                results[place] = await work(items[place])

    # Whoever takes the batch again must not meet stragglers of the first time.
    outcomes = await asyncio.gather(*map(go_along, lanes.values()), return_exceptions=True)
    for failure in filter(None, outcomes):
        raise failure
    return [results[place] for place in range(len(items))]
