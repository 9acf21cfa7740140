"""Kafka's jars from Maven Central, resolved by jgo, pinned by digest, kept in the cache.

`kafka.lock` names every jar with its SHA-256 and size, so a run downloads exactly what was reviewed, in parallel and
without reading a hundred POMs first. `python -m deploy.embedded.jars` resolves it anew after a change of version.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.lock import one_at_a_time
from deploy.embedded.progress import Progress

KAFKA_VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock: `coordinate` is group:artifact:version."""

    coordinate: str
    sha256: str
    size: int


def locked_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    rows = (line.split() for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple(Jar(coordinate, sha256, int(size)) for coordinate, sha256, size in rows)


def jars_folder(cache: Path) -> Path:
    """Where the jars of the present lock are, once complete; a changed lock has a folder of its own."""
    return cache / f"kafka-{KAFKA_VERSION}-{digest_of(LOCK)[:8]}"


def fetch_jars(cache: Path, progress: Progress) -> Path:
    """The folder with every jar, downloaded if need be (46 MB); safe to call from several processes.

    Raises:
        CannotRun: the repository cannot be reached, or sent something else than what the lock names.
    """
    folder = jars_folder(cache)
    if folder.is_dir():
        return folder
    with one_at_a_time(cache / "kafka.download.lock"):
        if not folder.is_dir():
            from deploy.embedded.maven import download  # noqa: PLC0415 - jgo, which not every machine has

            progress.step(f"Downloading Apache Kafka {KAFKA_VERSION}")
            download(locked_jars(), folder, progress)
    return folder


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Resolve the roots anew and write the lock."""
    from deploy.embedded.maven import resolved_lines  # noqa: PLC0415 - jgo, which not every machine has

    lines = resolved_lines()
    header = "# group:artifact:version sha256 bytes; written by `python -m deploy.embedded.jars`"
    LOCK.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} jars in {LOCK}\n")


if __name__ == "__main__":
    main()
