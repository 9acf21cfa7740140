"""An installation for trying of these tests' own, on this machine's engine; and a day that is played at it."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.embedded.ports import choose_ports
from shared.settings import ROOT
from tests.eventually import eventually_sync

SERVICES = ("intake", "routing", "checkpoints", "notifications")
CONTAINERS = ("mongo", "kafka", *SERVICES, "gateway")

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - where the engine binds what it maps
_COMMAND_SECONDS = 420
_PRACTICE = ROOT / "deploy" / "compose" / "practice"
_BACKUP = ROOT / "deploy" / "compose" / "backup"


@dataclass(frozen=True)
class Day:
    """A day that is being played, by a container of its own."""

    process: "subprocess.Popen[bytes]"
    said: Path
    complaints: Path

    def has_happened(self, count: int) -> bool:
        """Whether so many things of the day were answered; raises when it ended early."""
        assert self.process.poll() in {None, 0}, self.tail()
        return any(line.get("happened", 0) >= count for line in self.lines())

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def outcome(self, within: float) -> dict[str, Any]:
        """Once it was compared."""
        self.process.wait(within)
        found = [line for line in self.lines() if "reconciled" in line]
        assert found, self.tail()
        return found[-1]

    def lines(self) -> list[dict[str, Any]]:
        whole = self.said.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def tail(self) -> str:
        return self.said.read_text()[-2_000:] + self.complaints.read_text()[-4_000:]


class Installation:
    """Project, ports, keys and image tags that nobody else uses."""

    def __init__(self, folder: Path) -> None:
        name = secrets.token_hex(4)
        self._folder = folder
        self.project = f"haivan-test-{name}"
        ports = choose_ports({"http": (), "https": ()}, _EVERYWHERE)
        self._environ = os.environ | {
            "COMPOSE_PROJECT_NAME": self.project,
            "HAIVAN_VERSION": name,
            "HAIVAN_PRACTICE_FOLDER": str(folder / "practice"),
            "HAIVAN_HTTP_PORT": str(ports["http"]),
            "HAIVAN_HTTPS_PORT": str(ports["https"]),
            # What docker-compose.yml mounts, wherever a command is started from.
            "HAIVAN_SECRETS": str(folder / "practice" / "secrets"),
            "HAIVAN_GATEWAY_CERTIFICATE": str(folder / "practice" / "gateway.crt"),
            "HAIVAN_BACKUPS": str(folder / "backups"),
        }
        self.version = name

    def practice(self, *words: str) -> str:
        """What people call by `make compose` and `make compose-down`."""
        return run([str(_PRACTICE), *words], self._environ)

    def compose(self, *words: str, version: str | None = None) -> str:
        environ = self._environ | {"HAIVAN_VERSION": version or self.version}
        return run(self._compose(*words), environ)

    def play(self, seed: int, size: int) -> Day:
        """Begin a day."""
        said, complaints = self._folder / f"day-{seed}.jsonl", self._folder / f"day-{seed}.log"
        words = ("run", "--rm", "--no-TTY", "--use-aliases", "play", "--json", f"--seed={seed}", f"--size={size}")
        with said.open("wb") as out, complaints.open("wb") as err:
            process = subprocess.Popen(
                self._compose(*words), env=self._environ, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
        return Day(process, said, complaints)

    def ids(self, container: str) -> list[str]:
        """The containers of that name that run."""
        return self.compose("ps", "--quiet", container).split()

    def inspected(self, container: str) -> dict[str, Any]:
        [identifier] = self.ids(container)
        found: list[dict[str, Any]] = json.loads(run(["docker", "inspect", identifier], self._environ))
        return found[0]

    def is_healthy(self, container: str, *, since: str = "") -> bool:
        """Whether all of that name are, and were started after `since` (RFC 3339)."""
        ids = self.ids(container)
        found = json.loads(run(["docker", "inspect", *ids], self._environ)) if ids else []
        states = [each["State"] for each in found]
        return bool(states) and all(
            state["StartedAt"] > since and state.get("Health", {}).get("Status") == "healthy" for state in states
        )

    def await_health(self, container: str, *, since: str = "") -> None:
        eventually_sync(lambda: self.is_healthy(container, since=since), within=240)

    def inside(self, container: str, *words: str) -> str:
        """What a command says in that container."""
        return self.compose("exec", "--no-TTY", container, *words)

    def backup(self, *words: str) -> str:
        """What an operator calls to save and to restore."""
        return run(
            [str(_BACKUP), *words], self._environ | {"COMPOSE_ENV_FILES": str(ROOT / "deploy" / "practice.env")}
        )

    def asked_inside(self, script: str) -> Any:
        """The JSON that a program beside this file prints, run where Kafka and MongoDB are reached."""
        program = (Path(__file__).parent / script).read_text(encoding="utf-8")
        return json.loads(self.compose("run", "--rm", "--no-TTY", "--entrypoint=python3", "tools", "-c", program))

    def leftovers(self) -> list[str]:
        """Containers, volumes, networks, images and files that are still there."""
        label = f"label=com.docker.compose.project={self.project}"
        asked = [
            ["docker", "ps", "--all", "--filter", label, "--format", "container {{.Names}}"],
            ["docker", "volume", "ls", "--filter", label, "--format", "volume {{.Name}}"],
            ["docker", "network", "ls", "--filter", label, "--format", "network {{.Name}}"],
            ["docker", "image", "ls", "--filter", f"reference=haivan-*:{self.version}", "--format", "image {{.ID}}"],
        ]
        files = [str(path) for path in (self._folder / "practice").rglob("*")]
        return [line for command in asked for line in run(command, self._environ).splitlines()] + files

    def _compose(self, *words: str) -> list[str]:
        deploy = ROOT / "deploy"
        where = ["--project-directory", str(deploy), "--file", str(deploy / "docker-compose.yml")]
        return ["docker", "compose", *where, "--env-file", str(deploy / "practice.env"), *words]


@contextmanager
def started(folder: Path) -> Iterator[Installation]:
    """One that is healthy, and of which nothing is left afterwards."""
    made = Installation(folder)
    try:
        made.practice("start")
        yield made
    finally:
        made.practice("down")
    assert made.leftovers() == []


def run(command: list[str], environ: Mapping[str, str] = os.environ) -> str:
    """What it printed; raises with all of it when it failed."""
    done = subprocess.run(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_COMMAND_SECONDS,
    )
    assert done.returncode == 0, f"{' '.join(command[-4:])}: {done.stdout[-2_000:]}{done.stderr[-4_000:]}"
    return done.stdout
