"""The peers in Java: jars pinned by digest, Eclipse's compiler, and the Java that runs Kafka.

`python -m bench.jvm` resolves the jars anew after a change of version and writes `peers/java/jars.lock`.
"""

import hashlib
import subprocess
from pathlib import Path

from bench.places import HERE, HOME
from deploy.embedded.folders import cache_folder
from deploy.embedded.jars import digest_of, fetch_jars, locked_jars
from deploy.embedded.java import find_java
from deploy.embedded.progress import Silent

SOURCES = HERE / "peers" / "java"
LOCK = SOURCES / "jars.lock"
ROOTS = (
    "org.apache.kafka:kafka-streams:4.3.1",
    "org.mongodb:mongodb-driver-sync:5.14.0",
    "org.eclipse.jdt:ecj:3.43.0",  # the compiler: the runtime that Kafka has brings none
)
_QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
_COMPILER = "org.eclipse.jdt.internal.compiler.batch.Main"


def java_command(name: str) -> list[str]:
    """What runs a class of `peers/java`; its jars are fetched and it is compiled the first time."""
    path = f"{_compiled(name)}:{_class_path()}"
    return [str(find_java().program), "-Xmx512m", _QUIET, "-cp", path, name]


def _compiled(name: str) -> Path:
    """The folder of its classes, of its own for each text."""
    source = SOURCES / f"{name}.java"
    folder = HOME / "java" / f"{name}-{hashlib.sha256(source.read_bytes()).hexdigest()[:8]}"
    if not folder.is_dir():
        words = ("-17", "-encoding", "UTF-8", "-nowarn", "-cp", _class_path(), "-d", f"{folder}.part", str(source))
        command = [str(find_java().program), "-cp", f"{_jars()}/*", _COMPILER, *words]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
        Path(f"{folder}.part").rename(folder)
    return folder


def _class_path() -> str:
    """Kafka's clients come with the broker's jars."""
    jars = [*_jars().glob("*.jar"), *fetch_jars(cache_folder(), Silent()).glob("*.jar")]
    return ":".join(str(jar) for jar in sorted(jars))


def _jars() -> Path:
    from deploy.embedded.maven import download  # noqa: PLC0415 - jgo, which not every machine has

    folder = HOME / "java" / f"jars-{digest_of(LOCK)[:8]}"
    if not folder.is_dir():
        print("Downloading what bench/peers/java/jars.lock names …", flush=True)
        download(locked_jars(LOCK), folder, Silent())
    return folder


def main() -> None:
    from deploy.embedded.maven import resolved_lines  # noqa: PLC0415 - jgo, which not every machine has

    broker = {jar.coordinate for jar in locked_jars()}
    lines = [line for line in resolved_lines(ROOTS) if line.split()[0] not in broker]
    header = "# group:artifact:version sha256 bytes, beside those of Kafka; written by `python -m bench.jvm`"
    LOCK.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    print(f"{len(lines)} jars in {LOCK}")


if __name__ == "__main__":
    main()
