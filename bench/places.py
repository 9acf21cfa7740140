"""Where the benches keep things: an environment of their own for what is measured beside us, and the page."""

import subprocess
import sys
from pathlib import Path

from shared.settings import ROOT

HOME = ROOT / ".bench"
HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "performance.md"
RECORD = ROOT / "docs" / "performance.json"
_LOCK = HERE / "requirements-peers.lock"
_INSTALLED = HOME / "peers" / "installed.lock"


def peers_python() -> str:
    """The Python that has confluent-kafka and the peers; made the first time (about two minutes)."""
    python = HOME / "peers" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME / "peers")], check=True)  # noqa: S603 - our own words
    if not _INSTALLED.exists() or _INSTALLED.read_bytes() != _LOCK.read_bytes():
        print("Installing what bench/requirements-peers.lock names …", flush=True)
        quiet = ("--quiet", "--no-input", "--disable-pip-version-check")
        command = [str(python), "-m", "pip", "install", *quiet, "--require-hashes", "-r", str(_LOCK)]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
        _INSTALLED.write_bytes(_LOCK.read_bytes())
    return str(python)
