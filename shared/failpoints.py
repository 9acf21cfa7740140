"""Named places where a test may kill, delay or fail a process; silent unless `HAIVAN_FAILPOINTS` is set.

`HAIVAN_FAILPOINTS="stored=kill:0.01,published=raise:0.05"` kills the process with probability 1 % each time it
passes `fp("stored")`. Places stand between read, store, publish, clear, commit, claim and call. The name of each
place that strikes is appended to the file `HAIVAN_FAILPOINTS_LOG`, if one is named.
"""

import os
import random
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

Action = Literal["kill", "raise"]

PLACES = (
    "decided",
    "stored",
    "published",
    "cleared",
    "claimed",
    "read",
    "before_commit",
    "committed",
    "claimed_job",
    "called",
)
"""Every place there is, in the order in which an event passes them."""


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
    if name not in PLACES:
        raise ValueError(f"unknown failpoint {name!r}: there are {', '.join(PLACES)}")
    return name, Failpoint(cast(Action, action), float(probability or 1))


_ACTIVE: dict[str, Failpoint] = {}
_RANDOM = random.Random()


def arm(environ: Mapping[str, str]) -> None:
    """Set the failpoints that these variables name; a process that was forked calls it for its own life."""
    _ACTIVE.clear()
    _ACTIVE.update(read_failpoints(environ.get("HAIVAN_FAILPOINTS", "")))
    _RANDOM.seed(environ.get("HAIVAN_FAILPOINTS_SEED"))


arm(os.environ)


def fp(name: str) -> None:
    """Pass the place called `name`; does nothing unless a test asked for it."""
    if _ACTIVE and (point := _ACTIVE.get(name)) and _RANDOM.random() < point.probability:
        _trigger(name, point.action)


def _trigger(name: str, action: Action) -> None:
    if path := os.environ.get("HAIVAN_FAILPOINTS_LOG"):
        with open(path, "a", encoding="ascii") as log:  # noqa: PTH123 - nothing but a line before the end
            log.write(f"{name}\n")
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointError(name)
