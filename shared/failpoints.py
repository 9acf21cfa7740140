"""Named places where a test may kill, delay or fail a process; silent unless `HAIVAN_FAILPOINTS` is set.

`HAIVAN_FAILPOINTS="stored=kill:0.01,published=raise:0.05"` kills the process with probability 1 % each time it
passes `fp("stored")`. Places stand between read, store, publish, clear, commit, claim and call.
"""

import os
import random
import signal
from dataclasses import dataclass
from typing import Literal, cast

Action = Literal["kill", "raise"]


class FailpointError(ConnectionError):
    """Raised on purpose by a test; a ConnectionError, so that it counts as transient."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    action: Action
    probability: float


def read_failpoints(text: str) -> dict[str, Failpoint]:
    """The failpoints named in the environment's form; an empty text names none."""
    return dict(_read_one(part) for part in text.split(",") if part.strip())


def _read_one(part: str) -> tuple[str, Failpoint]:
    name, _, rest = part.strip().partition("=")
    action, _, probability = rest.partition(":")
    if action not in ("kill", "raise"):
        raise ValueError(f"unknown failpoint action {action!r} in {part!r}: use kill or raise")
    return name, Failpoint(cast(Action, action), float(probability or 1))


_ACTIVE = read_failpoints(os.environ.get("HAIVAN_FAILPOINTS", ""))
_RANDOM = random.Random(os.environ.get("HAIVAN_FAILPOINTS_SEED"))


def fp(name: str) -> None:
    """Pass the place called `name`; does nothing unless a test asked for it."""
    if _ACTIVE and (point := _ACTIVE.get(name)) and _RANDOM.random() < point.probability:
        _trigger(name, point.action)


def _trigger(name: str, action: Action) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointError(name)
