"""`haivan demo`: a busy day in Huế, played through the public doors, and every figure held side by side."""

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.demo_screen import Bars, Tally, show_outcome, show_where_to_look
from deploy.cli.env import variables_of
from deploy.cli.output import Json, print_json
from deploy.cli.registry import command
from deploy.cli.screen import JsonLines, Screen, Teller
from deploy.cli.up import one_signal_ends
from deploy.demo.actions import Day
from deploy.demo.cdc_program import STOP_SECONDS, cdc_program
from deploy.demo.day import SMALLEST, plan_day
from deploy.demo.outcome import Outcome
from deploy.demo.player import Onlooker
from deploy.demo.stage import Stage
from deploy.embedded.folders import Home
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.run_record import RunRecord
from deploy.embedded.system import System
from shared.clock import HANOI, now
from shared.profile import Profile, load_profile
from shared.settings import ROOT

_SEEDS = 1_000_000
_LEAVE_SECONDS = 10.0
_PLACES = frozenset({"HAIVAN_TOPIC_PREFIX", "HAIVAN_DATABASE_PREFIX"})


@command
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End with exit code 0 only if every figure reconciles.")
    ] = False,
    size: Annotated[int, typer.Option(help="How many things happen.", min=SMALLEST)] = 3000,
    seed: Annotated[int | None, typer.Option(help="Which day; a new one if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Start everything, play a busy day in Huế through the public doors, compare what came of it, and stay up."""
    began = time.monotonic()
    home, environ = Home.of(os.environ), demo_environment(os.environ)
    teller: Teller = JsonLines() if as_json else Screen()
    system = System(home, environ=environ, progress=teller, tell=teller.note)
    day = plan(secrets.randbelow(_SEEDS) if seed is None else seed, size, now())
    outcome = None
    try:
        with one_signal_ends(system):
            with teller:
                record = system.start()
                teller.ready(record, home)
            outcome = _play(system, home, record, day, as_json=as_json, began=began, once=once)
    except KeyboardInterrupt:
        teller.stopping()
    finally:
        system.stop()
    raise typer.Exit(1 if once and (outcome is None or outcome.broken) else 0)


def demo_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the services inherit: this machine may say for whom it speaks, as a gateway does.

    So each citizen is a client of their own, as limits count.
    """
    kept = {name: value for name, value in environ.items() if name not in _PLACES}
    return kept | {"FORWARDED_ALLOW_IPS": LOOPBACK}


def profile_of(environ: Mapping[str, str]) -> Profile:
    """The province that the services run with."""
    return load_profile(Path(environ.get("HAIVAN_PROFILE") or ROOT / "profiles" / "hue"))


def plan(seed: int, size: int, moment: datetime) -> Day:
    """Yesterday in Huế, so that whatever happened lies in the past."""
    today = moment.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    return plan_day(profile_of(os.environ), seed=seed, size=size, start=today - timedelta(days=1))


def _play(
    system: System, home: Home, record: RunRecord, day: Day, *, as_json: bool, began: float, once: bool
) -> Outcome:
    """Play and show; then, unless `once`, watch on until somebody ends it."""
    onlooker = Tally() if as_json else Bars()
    cdc = cdc_program(record.kafka_bootstrap, home.logs)
    performance = Performance(record, day, onlooker)
    cdc.start()
    try:
        with onlooker if isinstance(onlooker, Bars) else nullcontext():
            performance.start()
            system.watch(until=performance.is_over)
        outcome = performance.outcome()
        _show(outcome, record, time.monotonic() - began, as_json=as_json)
        if not once:
            system.watch()
        return outcome
    finally:
        performance.end()
        cdc.stop(STOP_SECONDS)


def _show(outcome: Outcome, record: RunRecord, seconds: float, *, as_json: bool) -> None:
    if as_json:
        print_json({**outcome.document(), "seconds": round(seconds, 1)}, one_line=True)
        return
    show_outcome(outcome, seconds)
    show_where_to_look(record)


class Performance(threading.Thread):
    """The play in a thread of its own: the main thread keeps the children alive and hears Ctrl-C.

    After the last act the subscribers stay, until `end`.
    """

    def __init__(self, record: RunRecord, day: Day, onlooker: Onlooker) -> None:
        super().__init__(name="demo", daemon=True)
        self._record = record
        self._day = day
        self._onlooker = onlooker
        self._loop = asyncio.new_event_loop()
        self._told_to_end = asyncio.Event()
        self._over = threading.Event()
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._loop.run_until_complete(self._perform())
        except BaseException as error:  # noqa: BLE001 - told in the main thread, whatever it is
            self._error = error
        finally:
            self._over.set()

    def is_over(self) -> bool:
        return self._over.is_set()

    def outcome(self) -> Outcome:
        """Once it is over; raises whatever ended it early."""
        if self._outcome is None:
            raise _first_of(self._error) if self._error else RuntimeError("the performance is not over")
        return self._outcome

    def end(self) -> None:
        """Let the subscribers leave, and wait for them a little."""
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._told_to_end.set)
            self.join(_LEAVE_SECONDS)

    async def _perform(self) -> None:
        profile = profile_of(os.environ)
        mongo_url = variables_of(self._record)["MONGO_URL"]
        async with Stage(self._record, mongo_url, profile, self._onlooker) as stage:
            playing = asyncio.create_task(stage.play(self._day))
            ending = asyncio.create_task(self._told_to_end.wait())
            await asyncio.wait((playing, ending), return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                playing.cancel()
                return
            self._outcome = playing.result()
            self._over.set()
            await ending
            await stage.leave()


def _first_of(error: BaseException) -> BaseException:
    """What went wrong first, out of the group in which tasks put it."""
    return _first_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
