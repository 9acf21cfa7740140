"""A busy day in Huế, planned from a seed: the same seed, size, start and profile give the same day.

Everything in it is invented. Pure: what is done with the actions is the player's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from deploy.demo.actions import Action, ActionKind, Day
from deploy.demo.agency_work import plan_agency_answers
from deploy.demo.alerts import plan_alerts
from deploy.demo.bad_inputs import plan_bad_inputs
from deploy.demo.reports import plan_calls, plan_reports
from deploy.demo.scene import Scene
from deploy.demo.traffic import plan_passes, plan_permits, plan_watchlist
from shared.profile import Profile

SMALLEST = 200
"""Below this a day would lack some kind of action."""

_SHARES = {
    "calls": 0.14,
    "permits": 0.10,
    "passes": 0.29,
    "watchlist": 0.01,
    "retries": 0.03,
    "bad inputs": 0.02,
    "agency answers": 0.10,
}
_RETRIED = frozenset({ActionKind.REPORT, ActionKind.CALL, ActionKind.PASS})
_LEAST_WATCHED = 10
_LEAST_REFUSED = 20


def plan_day(profile: Profile, *, seed: int, size: int, start: datetime) -> Day:
    """Plan `size` actions of the 24 hours from `start`.

    Args:
        profile: the province; its areas in force at `start` are those that people come from.
        seed: any number.
        size: how many actions, retries and refusals included; at least `SMALLEST`.
        start: midnight in the province, aware. Passes carry the time when they happened, so a start a day ago lets
            all of them lie in the past.

    Raises:
        ValueError: the size is too small, the start is naive, or no epidemic area is in force.
    """
    if size < SMALLEST or start.tzinfo is None or not profile.areas_at(start):
        raise ValueError(f"needs {SMALLEST} actions, an aware start and an epidemic area in force then")
    scene = Scene(seed, start, profile)
    counts = {name: round(size * share) for name, share in _SHARES.items()}
    permits = plan_permits(scene, counts["permits"])
    watched = plan_watchlist(scene, max(_LEAST_WATCHED, counts["watchlist"]))
    others = [
        *(issued.action for issued in permits),
        *watched,
        *plan_passes(scene, counts["passes"], permits, watched),
        *plan_calls(scene, counts["calls"]),
        *plan_alerts(scene),
    ]
    refused = max(_LEAST_REFUSED, counts["bad inputs"])
    reports = plan_reports(scene, size - len(others) - counts["retries"] - refused - counts["agency answers"])
    answers = plan_agency_answers(scene, counts["agency answers"], reports)
    good = [*others, *reports, *answers]
    bad = plan_bad_inputs(scene, refused, good)
    retries = _plan_retries(scene, size - len(good) - len(bad), good)
    return Day(seed=seed, start=start, actions=_in_order([*good, *bad, *retries]), planted=scene.planter.canaries())


def _plan_retries(scene: Scene, count: int, good: Sequence[Action]) -> list[Action]:
    """Phones that never heard the answer and send again: the same key and content, seconds to minutes later."""
    rng = scene.source("retries")
    sent = [action for action in good if action.kind in _RETRIED]
    return [_again(rng.choice(sent), timedelta(milliseconds=rng.randrange(800, 240_000))) for _ in range(count)]


def _again(action: Action, later: timedelta) -> Action:
    return Action(
        key=action.key,
        at=action.at + later,
        kind=action.kind,
        payload=action.payload,
        expect=action.expect,
        retry=True,
    )


def _in_order(actions: list[Action]) -> tuple[Action, ...]:
    """By time; a retry after its original even within the same millisecond."""
    return tuple(sorted(actions, key=lambda action: (action.at, action.retry)))
