"""Kafka's classes loaded and linked ahead of time (JEP 483, 514): half of the processor time of a start.

One practice run after the download makes the archive, which every later start reads: on two busy cores the port
opened after 1.4 s instead of 5.3 s. Java checks that jars and runtime are those of the practice run; else it starts
without.
"""

import hashlib
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.embedded.errors import CannotRun
from deploy.embedded.java import Java
from deploy.embedded.kafka import Kafka
from deploy.embedded.lock import one_at_a_time
from deploy.embedded.ports import free_port
from deploy.embedded.progress import Progress

_FIRST_JAVA = 25  # where one run both learns and writes
_UNUSED_SECONDS = 30 * 86_400.0
_WRITE_SECONDS = 120.0  # it writes when it ends


def quick_start_options(cache: Path, jars: Path, java: Java, progress: Progress) -> tuple[str, ...]:
    """What to tell Java so that Kafka starts quickly; makes the archive the first time (about 10 s).

    Empty where it cannot be had: an older Java, a practice run that failed.
    """
    if java.major < _FIRST_JAVA:
        return ()
    archive = _archive(cache, jars, java)
    if not archive.exists():
        with one_at_a_time(cache / "quick-start.lock"):
            if not archive.exists():
                progress.step("Teaching Kafka to start quickly (once)")
                _practise(archive, jars, java)
    _forget_unused(cache, archive)
    return (f"-XX:AOTCache={archive}",) if archive.stat().st_size else ()


def _archive(cache: Path, jars: Path, java: Java) -> Path:
    """One per jars and Java: another runtime at the same path has another size or date."""
    found = java.program.stat()
    identity = f"{java.program} {found.st_size} {found.st_mtime_ns}"
    return cache / f"{jars.name}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}.aot"


def _forget_unused(cache: Path, used: Path) -> None:
    """Archives of other versions go when nobody has started with them for long.

    Not at once: another checkout on this machine, with its own Java or Kafka, would have to practise at every start.
    """
    with suppress(OSError):  # a cache that others own is as good
        used.touch()
        for archive in (*cache.glob("*.aot"), *cache.glob("*.new")):
            if time.time() - archive.stat().st_mtime > _UNUSED_SECONDS:
                archive.unlink(missing_ok=True)


def _practise(archive: Path, jars: Path, java: Java) -> None:
    """Start and stop a Kafka of its own. A failure leaves an empty archive, so that it isn't tried at every start."""
    fresh = archive.with_suffix(".new")
    with TemporaryDirectory(prefix="haivan-") as folder:
        practice = Kafka(
            Path(folder) / "kafka",
            log=Path(folder) / "kafka.log",
            jars=jars,
            java=java,
            port=free_port(),
            controller_port=free_port(),
            options=(f"-XX:AOTCacheOutput={fresh}",),
        )
        try:
            practice.start()
            practice.wait_until_ready()
        except CannotRun:
            fresh.unlink(missing_ok=True)
        finally:
            practice.stop(_WRITE_SECONDS)
    if not fresh.exists():
        fresh.touch()
    fresh.replace(archive)
