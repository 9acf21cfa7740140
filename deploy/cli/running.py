"""Finding the system that runs on this machine."""

import os
from collections.abc import Mapping

from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.lock import holder_of
from deploy.embedded.pair import KAFKA_VARIABLES, override
from deploy.embedded.run_record import RunRecord, read_record


def find_running(home: Home) -> RunRecord | None:
    """The record of the run that holds the folder; None when none does, or it isn't that far yet."""
    holder = holder_of(home.lock_file)
    record = read_record(home.run_file)
    return record if record and record.pid == holder else None


def running(home: Home) -> RunRecord:
    """Like `find_running`, but raises `CannotRun` when nothing runs."""
    record = find_running(home)
    if record is None:
        raise CannotRun(f"Nothing runs in {home.root}.", "Start it with `./haivan up`.")
    return record


def bootstrap_servers(environ: Mapping[str, str] = os.environ) -> str:
    """Those of the environment, else of the running system."""
    return override(environ, KAFKA_VARIABLES) or running(Home.of(environ)).kafka_bootstrap
