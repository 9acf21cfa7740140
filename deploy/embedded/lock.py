"""Locks between processes of one machine.

A lock is an `flock` on an open file: the kernel lets go when its holder dies, however it dies, so no lock is ever
stale. The pid written inside is for messages and for noticing that the last holder did not end cleanly.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from deploy.embedded.errors import CannotRun

_PATIENCE_SECONDS = 0.5


class FolderLock:
    """Held by the one `haivan up` of a data folder."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: TextIO | None = None

    def acquire(self) -> int | None:
        """Take the lock.

        Returns:
            The pid of a holder that died without releasing it (`kill -9`, power cut), None after a clean end.

        Raises:
            CannotRun: another live process holds it.
        """
        held = self._file.open("a+", encoding="utf-8")
        if not _locked(held):
            pid = _pid_in(held)
            held.close()
            raise CannotRun(
                f"Another run (pid {pid}) uses {self._file.parent}.",
                "Stop it with `./haivan down`, or choose another folder with HAIVAN_HOME.",
            )
        left_behind = _pid_in(held)
        _write(held, str(os.getpid()))
        self._held = held
        return left_behind

    @property
    def held(self) -> bool:
        return self._held is not None

    def release(self) -> None:
        """Let go and leave an empty file, the mark of a clean end."""
        if self._held is not None:
            _write(self._held, "")
            self._held.close()
            self._held = None


def holder_of(file: Path) -> int | None:
    """The pid of the live process that holds the lock, None when nobody does."""
    if not file.exists():
        return None
    with file.open("r", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _pid_in(opened)
    return None


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Wait until no other process is inside (two test runs that download the same jars)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _locked(opened: TextIO) -> bool:
    """Take the lock, patiently for a moment: whoever asks `holder_of` holds a shared one for an instant."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_PATIENCE_SECONDS / 10)
        else:
            return True


def _pid_in(opened: TextIO) -> int | None:
    opened.seek(0)
    text = opened.read().strip()
    return int(text) if text.isdigit() else None


def _write(opened: TextIO, text: str) -> None:
    opened.seek(0)
    opened.truncate()
    opened.write(text)
    opened.flush()
