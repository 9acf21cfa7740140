"""A whole system with services in miniature, run as a program of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from deploy.embedded.folders import Home
from deploy.embedded.run_record import RunRecord, read_record
from shared.settings import ROOT
from tests.eventually import eventually_sync

END_SECONDS = 180
"""Longer than servers and services are given to end in order, one after the other."""


@dataclass
class RunningSystem:
    """The program and what it has said so far, one JSON document a line."""

    home: Home
    process: "subprocess.Popen[str]"
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def record(self) -> RunRecord:
        found = read_record(self.home.run_file)
        assert found is not None
        return found

    def child(self, name: str) -> psutil.Process:
        found = self.record.children[name].alive()
        assert found is not None
        return found

    def children(self) -> list[psutil.Process]:
        return [self.child(name) for name in self.record.children]

    def next_line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "it ended without saying more"
        self.said.append(json.loads(line))
        return self.said[-1]

    def wait_until_ready(self) -> "RunningSystem":
        while self.next_line().get("state") != "ready":
            continue
        return self

    def messages(self) -> list[str]:
        return [line["message"] for line in self.said if "message" in line]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=END_SECONDS)
        self.said.extend(json.loads(line) for line in rest.splitlines())
        return self.process.returncode


def start_system(home: Path, environ: Mapping[str, str]) -> RunningSystem:
    """Start it without waiting."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.deploy.small_system"],
        cwd=ROOT,
        env={**environ, "HAIVAN_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return RunningSystem(Home(home), process)


def haivan(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The real command line on that folder."""
    environ = {**os.environ, "HAIVAN_HOME": str(home)}
    return subprocess.run([str(ROOT / "haivan"), *words], env=environ, capture_output=True, text=True, check=False)


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(found.is_running() and found.status() != psutil.STATUS_ZOMBIE for found in processes)


def wait_until_gone(processes: list[psutil.Process]) -> None:
    eventually_sync(lambda: all_gone(processes), within=END_SECONDS)
