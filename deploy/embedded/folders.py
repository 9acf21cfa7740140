"""Where the embedded run keeps what: one data folder per system, one cache for all of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.settings import ROOT


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder of one embedded system; deleting it forgets everything."""

    root: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Home":
        """`HAIVAN_HOME`, else `.haivan` in the repository."""
        return cls(Path(environ.get("HAIVAN_HOME") or ROOT / ".haivan").expanduser().absolute())

    def create(self) -> "Home":
        """Make the folder, readable by its owner only, for it holds identities and keys."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        return self

    def holds_data(self) -> bool:
        """Whether an earlier run left reports, accounts or events here."""
        return self.mongod.is_dir() or self.kafka.is_dir()

    def everything(self) -> tuple[Path, ...]:
        """What the embedded run may have made in it."""
        files = (self.ports_file, self.secrets_file, self.run_file, self.lock_file)
        return (self.kafka, self.mongod, self.logs, *files)

    @property
    def kafka(self) -> Path:
        return self.root / "kafka"

    @property
    def mongod(self) -> Path:
        return self.root / "mongod"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def ports_file(self) -> Path:
        return self.root / "ports.json"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    @property
    def run_file(self) -> Path:
        return self.root / "run.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "lock"


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """What can be downloaded again, shared by every data folder of this user: `HAIVAN_CACHE`, else the XDG cache."""
    chosen = environ.get("HAIVAN_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "haivan"
