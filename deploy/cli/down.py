"""`haivan down`: stop what runs."""

import os
import time
from contextlib import suppress
from typing import Annotated

import psutil
import typer

from deploy.cli.output import Json, console, print_json
from deploy.cli.registry import command
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.lock import holder_of
from deploy.embedded.run_record import end_leftovers, read_record

_POLL_SECONDS = 0.1


@command
def down(
    *,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a clean end.")] = 60.0,
    force: Annotated[bool, typer.Option("--force", help="Then kill what is left.")] = False,
    as_json: Json = False,
) -> None:
    """Stop the running system, as Ctrl-C in its terminal would."""
    home = Home.of(os.environ)
    stopped = stop_running(home, timeout, force=force)
    if as_json:
        print_json({"stopped": stopped})
    else:
        console.print("Stopped." if stopped else f"Nothing runs in {home.root}.")


def stop_running(home: Home, timeout: float, *, force: bool) -> bool:
    """SIGTERM to the process that holds the folder, and wait until it is gone; False when there is none.

    Raises:
        CannotRun: it is still there after `timeout` seconds, and `force` wasn't given.
    """
    pid = holder_of(home.lock_file)
    if pid is None:
        return False
    with suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
        psutil.Process(pid).terminate()
    if not _gone(home, timeout):
        if not force:
            raise CannotRun(f"The run (pid {pid}) is still stopping after {timeout:.0f} s.", "Try `down --force`.")
        _kill(home, pid)
    return True


def _kill(home: Home, pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).kill()
    if record := read_record(home.run_file):
        end_leftovers(record)


def _gone(home: Home, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while holder_of(home.lock_file) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
