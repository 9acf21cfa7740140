"""Small real programs as children."""

import os
import sys
import time
from pathlib import Path

import pytest

from deploy.embedded.child import Child
from deploy.embedded.errors import CannotRun
from tests.eventually import PATIENCE, eventually_sync


def child(tmp_path: Path, code: str) -> Child:
    return Child("small", [sys.executable, "-c", code], log=tmp_path / "log", env=dict(os.environ), cwd=tmp_path)


def wait_for_line(started: Child, line: str) -> None:
    started.wait_until(lambda: line in started.tail(), PATIENCE, what=line)


def test_output_goes_to_the_log_and_the_exit_code_is_known(tmp_path: Path) -> None:
    small = child(tmp_path, "print('hello'); raise SystemExit(3)")
    small.start()
    with pytest.raises(CannotRun, match=r"small ended \(exit code 3\) before the impossible.*\n?hello"):
        small.wait_until(lambda: False, PATIENCE, what="the impossible")


def test_a_program_that_heeds_sigterm_ends_cleanly(tmp_path: Path) -> None:
    small = child(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
    small.start()
    wait_for_line(small, "up")
    assert small.stop(timeout=PATIENCE)
    assert not small.is_running()


def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    small = child(tmp_path, code)
    small.start()
    wait_for_line(small, "up")
    assert not small.stop(timeout=0.2)
    assert small.how_it_ended() == "SIGKILL"


def test_a_paused_program_can_still_be_stopped(tmp_path: Path) -> None:
    small = child(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
    small.start()
    wait_for_line(small, "up")
    small.pause()
    assert small.stop(timeout=PATIENCE)


def test_a_paused_program_stands_still_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    count = "import threading, time\nfor _ in range(4): threading.Thread(target=lambda: time.sleep(60)).start()"
    small = child(tmp_path, f"{count}\nprint('up', flush=True)\nwhile True: pass")
    small.start()
    wait_for_line(small, "up")
    for _ in range(3):
        small.pause()
        assert state_of(small) == "T"
        small.resume()
        eventually_sync(lambda: state_of(small) != "T")
    small.kill()
    small.pause()  # of what has ended nothing is expected any more


def state_of(small: Child) -> str:
    """R while it works, T while it is stopped: proc(5)."""
    return Path(f"/proc/{small.pid}/stat").read_text().rpartition(") ")[2][0]


def test_it_cannot_be_started_twice_at_once(tmp_path: Path) -> None:
    small = child(tmp_path, "import time; time.sleep(60)")
    small.start()
    with pytest.raises(CannotRun, match="already runs"):
        small.start()
    small.stop(timeout=PATIENCE)


def test_it_cannot_be_asked_for_its_pid_before_it_has_one(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="never started"):
        _ = child(tmp_path, "").pid


def test_a_deadline_that_passes_is_told_with_the_log(tmp_path: Path) -> None:
    small = child(tmp_path, "import time; time.sleep(60)")
    small.start()
    began = time.monotonic()
    with pytest.raises(CannotRun, match="took more than 0 s until it answered"):
        small.wait_until(lambda: False, 0.2, what="it answered")
    assert time.monotonic() - began < 20
    small.stop(timeout=PATIENCE)
