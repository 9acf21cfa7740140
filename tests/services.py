"""Real service processes for a test: started on free ports in a place of their own, killed, started again.

with Services(environment) as services:
    services.start("intake", "routing")
    services["intake"].kill()          # SIGKILL
    services["intake"].start()         # same port, same place
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

import pytest

from deploy.embedded.ports import choose_ports
from shared.settings import ROOT, ServiceName

_READY_WITHIN = 180.0
_STOPS_WITHIN = 15.0


@dataclass
class ServiceProcess:
    """One service as a child process."""

    name: ServiceName
    port: int
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start and wait until it takes requests."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        """Start without waiting."""
        environment = {**os.environ, **self.environment, "HAIVAN_PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"services.{self.name}"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def await_ready(self) -> None:
        """Wait until `/readyz` says yes.

        Raises:
            RuntimeError: the process ended, or took too long.
        """
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended at start:\n{self._tail()}")
            if self._is_ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} is not ready:\n{self._tail()}")

    def kill(self) -> None:
        """SIGKILL, as a power cut would for this process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """SIGTERM, then wait; SIGKILL only if it does not end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own process
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-3_000:] if self.log.exists() else ""


class Services:
    """The services of one place; ports are chosen at once, so that each knows the others' origins."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        names: tuple[ServiceName, ...] = get_args(ServiceName)
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        urls = {f"HAIVAN_{name.upper()}_URL": f"http://localhost:{port}" for name, port in ports.items()}
        self.environment = {**environment, **urls, "HAIVAN_REPLICA": "0"}
        self._processes = {
            name: ServiceProcess(name, ports[name], self.environment, folder / f"{name}.log") for name in names
        }

    def __getitem__(self, name: ServiceName) -> ServiceProcess:
        return self._processes[name]

    def start(self, *names: ServiceName) -> None:
        """Start these (all, when none is named) together and wait for all of them."""
        chosen = names or tuple(self._processes)
        for name in chosen:
            self[name].begin()
        for name in chosen:
            self[name].await_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes.values():
            process.stop()


@pytest.fixture
def services(environment: dict[str, str], tmp_path: Path) -> Iterator[Services]:
    """This test's own services; none runs until the test starts it."""
    with Services(environment, tmp_path) as started:
        yield started


def free_ports(count: int) -> list[int]:
    return list(choose_ports({str(number): () for number in range(count)}).values())
