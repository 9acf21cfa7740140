"""When a child that died is started again, and when not any more."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """After the first death within `window_seconds` wait `delays[0]`, after the second `delays[1]`, and so on."""

    delays: tuple[float, ...] = (1.0, 2.0, 4.0)
    most_deaths: int = 5
    window_seconds: float = 60.0


def decide_restart(deaths: Sequence[float], now: float, policy: RestartPolicy) -> float | None:
    """Seconds to wait before the next start; None when it died too often to go on.

    Args:
        deaths: when it died, the present death included, in seconds of the clock of `now`.
        now: the present.
        policy: the figures.
    """
    recent = sum(1 for death in deaths if now - death < policy.window_seconds)
    if recent >= policy.most_deaths:
        return None
    return policy.delays[min(max(recent, 1), len(policy.delays)) - 1]
