"""A process that has built each of the four services once and forks a life of one of them whenever it is asked.

A service started from nothing costs two seconds of a processor for imports, routes and templates; a fork costs a
tenth. What is built before the fork has opened nothing: no event loop, no connection and no thread, so that a life
begins as a process of its own would.

    stdin   {"service": "intake", "environment": {…}, "log": "/path", "clock": 0}    one line for each life
    stdout  {"started": 4711}   {"ended": 4711, "code": -9}                as subprocess has it: negative for a signal
"""

import ctypes
import gc
import json
import os
import random
import select
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import cache, partial
from typing import Any

from fastapi import FastAPI

from services.checkpoints.app import create_app as create_checkpoints
from services.intake.app import create_app as create_intake
from services.notifications.app import create_app as create_notifications
from services.routing import app as routing
from shared import clock, failpoints, runtime
from shared.serving import main as serve
from shared.settings import ROOT, ServiceName, Settings
from shared.web import pages
from tests.integration.services.notifications.quick_service import LEASE, TRIES

_SERVICES: dict[ServiceName, Callable[[Settings], FastAPI]] = {
    "intake": create_intake,
    "routing": routing.create_app,
    "checkpoints": create_checkpoints,
    "notifications": partial(create_notifications, tries=TRIES, lease=LEASE),
}
_HAZARDS = "HAIVAN_FAILPOINTS"
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Until stdin ends."""
    _read_files_once()
    built = Built()
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    orders = sys.stdin.fileno()
    unread = b""
    while True:
        ready, _, _ = select.select([orders, awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            _report_the_dead()
        if orders in ready:
            told = os.read(orders, 1 << 20)
            if not told:
                return
            *whole, unread = (unread + told).split(b"\n")
            for order in whole:
                _say(started=_fork(json.loads(order), built))


def _read_files_once() -> None:
    """The province's files are read before the fork: every life would read the same, for a second each."""
    folder = ROOT / "profiles" / "hue"
    for module, name, path in ((runtime, "load_profile", folder), (routing, "load_rules", folder / "triage")):
        remembered = cache(getattr(module, name))
        remembered(path)
        setattr(module, name, remembered)


class Built:
    """The applications of one place, one for each service: all lives of that place begin from the same."""

    def __init__(self) -> None:
        memory: Any = pages
        memory._Compiled = cache(pages._Compiled)  # what is compiled for one language and place serves all
        self._applications: dict[ServiceName, tuple[dict[str, str], FastAPI]] = {}

    def application(self, service: ServiceName, environment: dict[str, str]) -> FastAPI:
        """As this place's environment wants it, not started.

        Raises:
            RuntimeError: something of it runs already: a fork takes one thread along and leaves the locks of the
                others locked.
        """
        own = {name: text for name, text in environment.items() if not name.startswith(_HAZARDS)}
        place, application = self._applications.get(service, ({}, None))
        if application is None or place != own:
            _live_in(own)
            application = _SERVICES[service](Settings())
            self._applications[service] = own, application
            _keep_from_collector()
        if threading.active_count() != 1:
            raise RuntimeError("a service that is built must not have begun")
        return application


def _live_in(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _keep_from_collector() -> None:
    """Else a life's first collection copies every page of its parent."""
    gc.unfreeze()  # what was built for a place before this one
    gc.collect()
    gc.freeze()


def _fork(order: dict[str, Any], built: Built) -> int:
    application = built.application(order["service"], order["environment"])
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(order, parent, application)
    return pid


def _live(order: dict[str, Any], parent: int, application: FastAPI) -> None:
    """A life; never returns."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
        _be_oneself(order)
        serve(order["service"], lambda _: application)
        code = 0
    except SystemExit as end:  # what a stop that was asked for ends with
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def _be_oneself(order: dict[str, Any]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null, log = os.open(os.devnull, os.O_RDONLY), os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    _live_in(order["environment"])
    random.seed()
    failpoints.arm(os.environ)
    if order["clock"]:
        _set_clock(order["clock"])


def _set_clock(seconds: float) -> None:
    """This life's clock is so many seconds ahead of the others'."""

    class OwnTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:  # a plain one: encoders do not know this class
            return datetime.now(tz) + timedelta(seconds=seconds)

    everywhere: Any = clock
    everywhere.datetime = OwnTime


def _report_the_dead() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(ended=pid, code=os.waitstatus_to_exitcode(status))


def _say(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
