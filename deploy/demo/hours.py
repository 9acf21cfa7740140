"""When things happen on a busy day: how much of each falls into which hour, in Huế's time."""

from datetime import timedelta
from random import Random

CITIZENS = (2, 1, 1, 1, 2, 4, 7, 10, 14, 15, 13, 10, 7, 8, 12, 13, 12, 10, 9, 12, 13, 9, 6, 3)
ROADS = (9, 4, 3, 3, 4, 8, 14, 16, 14, 11, 9, 8, 7, 8, 10, 12, 15, 16, 12, 8, 6, 5, 4, 4)
"""Rules change at midnight, and people hurry to be through before or right after."""

OFFICES = (1, 0, 0, 0, 0, 0, 2, 10, 16, 15, 12, 8, 3, 9, 14, 13, 10, 6, 2, 1, 1, 1, 1, 1)


def moment(rng: Random, hours: tuple[int, ...], *, after: timedelta = timedelta(0)) -> timedelta:
    """A moment of the day, to the millisecond, not before `after`; late in the day there may be little left."""
    hour = rng.choices(range(24), hours)[0]
    at = timedelta(hours=hour, milliseconds=rng.randrange(3_600_000))
    if at >= after:
        return at
    left = timedelta(hours=24) - after
    return after + timedelta(milliseconds=rng.randrange(max(1, left // timedelta(milliseconds=1))))
