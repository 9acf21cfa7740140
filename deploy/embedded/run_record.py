"""`run.json`: what the command line needs to find a running system. No secret is in it."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import psutil

from deploy.embedded.server import Server

State = Literal["starting", "ready", "stopping"]

_CREDENTIALS = re.compile(r"(?<=://)[^@/]*@")
_SAME_MOMENT_SECONDS = 2.0  # the kernel counts ticks since boot, and the wall clock may be set meanwhile


class ChildRecord(msgspec.Struct, frozen=True):
    """A child, told from a later process with the same pid by when it was created (seconds since 1970)."""

    pid: int
    created: float
    port: int
    log: str

    @classmethod
    def of(cls, server: Server) -> "ChildRecord":
        try:
            created = psutil.Process(server.pid).create_time()
        except psutil.NoSuchProcess:
            created = 0.0
        return cls(server.pid, created, server.port, str(server.child.log))

    def alive(self) -> psutil.Process | None:
        """The running process, None when it is gone or its pid is somebody else's by now."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.created) < _SAME_MOMENT_SECONDS
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class RunRecord(msgspec.Struct, frozen=True):
    """One `haivan up`.

    Attributes:
        pid: of the process that watches the others.
        state: `starting`, `ready` or `stopping`.
        started_at: UTC.
        kafka_bootstrap: for clients.
        mongo_url: for clients, without credentials.
        urls: where each service's pages are, by service.
        children: by name; Kafka and mongod are missing when the environment named others.
    """

    pid: int
    state: State
    started_at: datetime
    kafka_bootstrap: str
    mongo_url: str
    urls: dict[str, str]
    children: dict[str, ChildRecord]


def read_record(file: Path) -> RunRecord | None:
    """None when there is none, or none that can be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=RunRecord)
    except (OSError, msgspec.DecodeError):
        return None


def write_record(file: Path, record: RunRecord) -> None:
    """All or nothing; readable by the owner only."""
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2))
    fresh.replace(file)


class RunFile:
    """Writes the record of the present run, with the pids its servers have at that moment."""

    def __init__(self, file: Path, record: RunRecord, servers: Sequence[Server]) -> None:
        self._file = file
        self._record = record
        self._servers = tuple(servers)

    def write(self, state: State) -> RunRecord:
        children = {server.child.name: ChildRecord.of(server) for server in self._servers if server.child.started}
        self._record = msgspec.structs.replace(self._record, state=state, children=children)
        write_record(self._file, self._record)
        return self._record

    def rewrite(self) -> None:
        """After a restart, when a pid is new."""
        self.write(self._record.state)


def end_leftovers(record: RunRecord, timeout: float = 15.0) -> list[str]:
    """End what a run that was killed left behind: its children get `timeout` seconds, then SIGKILL.

    Returns:
        The names of those that were still there.
    """
    alive = {name: found for name, child in record.children.items() if (found := child.alive())}
    for found in alive.values():
        found.resume()
        found.terminate()
    _, stubborn = psutil.wait_procs(list(alive.values()), timeout)
    for found in stubborn:
        found.kill()
    psutil.wait_procs(stubborn, timeout)
    return sorted(alive)


def without_credentials(url: str) -> str:
    """`mongodb://user:password@host` → `mongodb://***@host`."""
    return _CREDENTIALS.sub("***@", url)
