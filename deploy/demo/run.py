"""`haivan demo` itself: start everything, play, compare, show, and stay up or end; `haivan play` starts nothing."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.cli.env import variables_of
from deploy.cli.output import print_json
from deploy.cli.screen import JsonLines, Screen, Teller
from deploy.cli.up import one_signal_ends
from deploy.demo.actions import Day
from deploy.demo.cdc_program import STOP_SECONDS, cdc_program
from deploy.demo.day import SMALLEST, plan_day
from deploy.demo.installation import Installation
from deploy.demo.outcome import Outcome
from deploy.demo.performance import Performance
from deploy.demo.screen import Bars, Lines, show_how_to_look, show_outcome, show_what_next, show_where_to_look
from deploy.demo.stage import Stage
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.run_record import RunRecord
from deploy.embedded.system import System
from shared.clock import HANOI, now
from shared.profile import Profile, load_profile
from shared.settings import ROOT

_SEEDS = 1_000_000
_LOOK_SECONDS = 0.2
_PLACES = frozenset({"HAIVAN_TOPIC_PREFIX", "HAIVAN_DATABASE_PREFIX"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for on the command line."""

    once: bool
    size: int
    seed: int | None
    as_json: bool


def run_demo(wishes: Wishes) -> int:
    """Returns the exit code: with `once` 0 only if every figure reconciles."""
    began = time.monotonic()
    _check_size(wishes)
    home, teller = Home.of(os.environ), _teller(wishes)
    system = System(home, environ=demo_environment(os.environ), progress=teller, tell=teller.note)
    try:
        with one_signal_ends(system):
            with teller:
                if home.holds_data():
                    teller.note(on_old_data(home))
                record = system.start()
                teller.ready(record, home)
            return _play(_started_here(record), home.logs, wishes, began, system.watch, stays=not wishes.once)
    except KeyboardInterrupt:
        teller.stopping()
        return 1 if wishes.once else 0
    finally:
        system.stop()


def run_play(wishes: Wishes, environ: Mapping[str, str] = os.environ) -> int:
    """The same day at a system that runs already, wherever that is; returns the exit code."""
    began = time.monotonic()
    _check_size(wishes)
    with TemporaryDirectory() as logs:
        return _play(Installation.of(environ), Path(logs), wishes, began, _watch_from_afar, stays=True)


def on_old_data(home: Home) -> str:
    """What a second demo says: pages show earlier days as well; the comparison counts this one alone."""
    return f"{home.root} holds what earlier runs left, and this day is added. To begin anew: `./haivan reset` first."


def demo_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the services inherit: this machine may say for whom it speaks, as a gateway does.

    So each citizen is a client of their own, as limits count.
    """
    kept = {name: value for name, value in environ.items() if name not in _PLACES}
    return kept | {"FORWARDED_ALLOW_IPS": LOOPBACK}


def yesterday(profile: Profile, *, seed: int, size: int, moment: datetime) -> Day:
    """Yesterday in the province, so that whatever happened lies in the past."""
    today = moment.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    return plan_day(profile, seed=seed, size=size, start=today - timedelta(days=1))


Watch = Callable[[Callable[[], bool]], None]
"""Looks after the system until something is true."""


def _play(place: Installation, logs: Path, wishes: Wishes, began: float, watch: Watch, *, stays: bool) -> int:
    """Play and show; then, unless it is to end, watch on until somebody ends it. `stays`: what was played at does."""
    profile = load_profile(Path(os.environ.get("HAIVAN_PROFILE") or ROOT / "profiles" / "hue"))
    seed = secrets.randbelow(_SEEDS) if wishes.seed is None else wishes.seed
    onlooker = Lines() if wishes.as_json else Bars()
    stage = Stage(place, profile, onlooker)
    performance = Performance(stage, yesterday(profile, seed=seed, size=wishes.size, moment=now()))
    cdc = cdc_program(place.kafka_bootstrap, logs)
    cdc.start()
    try:
        with onlooker if isinstance(onlooker, Bars) else nullcontext():
            performance.start()
            watch(performance.is_over)
        outcome = performance.outcome()
        _show(outcome, place, time.monotonic() - began, wishes, stays=stays)
        if not wishes.once:
            watch(lambda: False)
        return 1 if outcome.broken else 0
    finally:
        performance.end()
        cdc.stop(STOP_SECONDS)


def _show(outcome: Outcome, place: Installation, seconds: float, wishes: Wishes, *, stays: bool) -> None:
    if wishes.as_json:
        print_json({**outcome.document(), "seconds": round(seconds, 1)}, one_line=True)
        return
    show_outcome(outcome, seconds)
    if not stays:
        show_how_to_look()
        return
    show_where_to_look(place)
    if not wishes.once:
        show_what_next()


def _started_here(record: RunRecord) -> Installation:
    known = variables_of(record)
    return Installation(urls=record.urls, kafka_bootstrap=record.kafka_bootstrap, mongo_url=known["MONGO_URL"])


def _watch_from_afar(until: Callable[[], bool]) -> None:
    """Whoever runs the system looks after it; this only waits."""
    while not until():
        time.sleep(_LOOK_SECONDS)


def _check_size(wishes: Wishes) -> None:
    if wishes.size < SMALLEST:
        raise CannotRun(f"A day of {wishes.size} things lacks some kinds.", f"--size {SMALLEST} or more.")


def _teller(wishes: Wishes) -> Teller:
    return JsonLines() if wishes.as_json else Screen()
