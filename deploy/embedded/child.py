"""One operating-system process that we started: its life, its death and its log."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from deploy.embedded.causes import explain
from deploy.embedded.errors import CannotRun

_LEASH = Path(__file__).with_name("leash.py")
_POLL_SECONDS = 0.05
_TAIL_BYTES = 4_000

# Linux delivers the death signal when the *thread* that forked ends, so all children come from one lasting thread.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class Child:
    """A program run in a session of its own (Ctrl-C reaches only us), its output appended to `log`."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> None:
        self.name = name
        self.command = tuple(command)
        self.log = log
        self.env = dict(env)
        self.cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self._spawning: Future[None] | None = None

    @property
    def pid(self) -> int:
        """The process id of the last start; raises `CannotRun` before the first."""
        if self._process is None:
            raise CannotRun(f"{self.name} was never started.", "Start it first.")
        return self._process.pid

    @property
    def started(self) -> bool:
        """Whether it was ever started; it may have ended since."""
        return self._process is not None

    def start(self) -> None:
        if self.is_running():
            raise CannotRun(f"{self.name} already runs (pid {self.pid}).", "Stop it first.")
        # Ctrl-C may interrupt this wait, never the thread: `stop` waits for it and then knows the process.
        self._spawning = _spawner.submit(self._spawn)
        self._spawning.result()

    def _spawn(self) -> None:
        leashed = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *self.command]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                leashed,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int | None:
        """As `subprocess` has it: negative for a signal, None while running or before the first start."""
        return None if self._process is None else self._process.poll()

    def pause(self) -> None:
        """SIGSTOP, and wait until it stands still: alive, silent, its connections open."""
        self._signal(signal.SIGSTOP)
        if self.is_running():  # on a busy machine its threads go on for a while after the signal
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._wait_for_spawn()
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def ask_to_stop(self) -> None:
        """SIGTERM; SIGCONT too, for a paused process would never read it."""
        self._wait_for_spawn()
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)

    def stop(self, timeout: float) -> bool:
        """SIGTERM, then SIGKILL after `timeout` seconds; True when the first was enough."""
        self.ask_to_stop()
        if self._process is None:
            return True
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def _wait_for_spawn(self) -> None:
        if self._spawning is not None:
            wait([self._spawning])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)  # Popen itself does nothing when the process has ended

    def wait_until(self, ready: Callable[[], bool], timeout: float, *, what: str) -> None:
        """Poll `ready` until it is true; `CannotRun` with the end of the log when the child dies or time is up."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.is_running():
                raise CannotRun(f"{self.name} ended ({self.how_it_ended()}) before {what}.", self.see_log())
            if time.monotonic() > deadline:
                raise CannotRun(f"{self.name} took more than {timeout:.0f} s until {what}.", self.see_log())
            time.sleep(_POLL_SECONDS)

    def how_it_ended(self) -> str:
        """`exit code 3` or `SIGKILL`."""
        code = self.exit_code() or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def see_log(self) -> str:
        """What its log tells: the known cause if there is one, the file, its last lines."""
        tail = self.tail()
        cause = explain(tail)
        return f"{cause + ' ' if cause else ''}Its log is {self.log}; it ends with:\n{tail}"

    def tail(self, lines: int = 15) -> str:
        """The last lines of the log, undecodable bytes replaced."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(empty)"
