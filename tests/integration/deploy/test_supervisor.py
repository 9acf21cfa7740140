"""The supervisor over real processes that are a few lines of Python."""

import os
import sys
import time
from pathlib import Path

import pytest

from deploy.embedded.child import Child
from deploy.embedded.errors import CannotRun
from deploy.embedded.restarts import RestartPolicy
from deploy.embedded.server import Server
from deploy.embedded.supervisor import Supervisor
from tests.eventually import PATIENCE

QUICK = RestartPolicy(delays=(0.1, 0.2, 0.4))


class Script(Server):
    """Ready when its log says so."""

    def __init__(self, name: str, code: str, folder: Path) -> None:
        command = [sys.executable, "-c", code]
        super().__init__(Child(name, command, log=folder / f"{name}.log", env=dict(os.environ), cwd=folder), port=0)

    def prepare(self) -> None: ...

    def is_ready(self) -> bool:
        return self.child.is_running() and "ready" in self.child.tail()


LIVES = "import time; print('ready', flush=True); time.sleep(600)"


def test_a_child_that_dies_twice_lives_the_third_time(tmp_path: Path) -> None:
    code = f"open('tries', 'a').write('x')\nif len(open('tries').read()) < 3: raise SystemExit(9)\n{LIVES}"
    script = Script("stumbling", code, tmp_path)
    told: list[str] = []
    supervisor = Supervisor([script], policy=QUICK, tell=told.append)
    script.start()
    supervisor.wait_until_ready(PATIENCE)
    assert [text.split(".")[0] for text in told] == [
        "stumbling died (exit code 9); it starts again in 0",
        "stumbling died (exit code 9); it starts again in 0",
    ]
    assert "in 0.1 s" in told[0]
    assert "in 0.2 s" in told[1]
    script.stop()


def test_five_deaths_end_it_after_the_pauses_between(tmp_path: Path) -> None:
    script = Script("hopeless", "print('I cannot'); raise SystemExit(1)", tmp_path)
    supervisor = Supervisor([script], policy=QUICK)
    began = time.monotonic()
    script.start()
    with pytest.raises(CannotRun, match="hopeless died 5 times") as ended:
        supervisor.wait_until_ready(PATIENCE)
    assert time.monotonic() - began >= 0.1 + 0.2 + 0.4 + 0.4
    assert ended.value.todo.count("I cannot") == 5


def test_a_killed_child_gets_a_new_pid_and_its_neighbour_keeps_its_own(tmp_path: Path) -> None:
    killed, neighbour = Script("killed", LIVES, tmp_path), Script("neighbour", LIVES, tmp_path)
    changes: list[int] = []
    supervisor = Supervisor([killed, neighbour], policy=QUICK, changed=lambda: changes.append(killed.pid))
    for script in (killed, neighbour):
        script.start()
    supervisor.wait_until_ready(PATIENCE)
    old, other = killed.pid, neighbour.pid
    killed.kill()
    deadline = time.monotonic() + PATIENCE
    supervisor.watch(until=lambda: bool(changes) or time.monotonic() > deadline)
    assert killed.pid != old
    assert changes == [killed.pid]
    assert neighbour.pid == other
    for script in (killed, neighbour):
        script.stop()
