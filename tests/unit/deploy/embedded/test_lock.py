import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from deploy.embedded.errors import CannotRun
from deploy.embedded.lock import FolderLock, holder_of

HOLD_UNTIL_KILLED = textwrap.dedent("""
    import sys
    from pathlib import Path
    from deploy.embedded.lock import FolderLock
    lock = FolderLock(Path(sys.argv[1]))
    lock.acquire()
    print("held", flush=True)
    sys.stdin.read()
""")


def test_a_second_run_on_one_folder_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    first = FolderLock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(CannotRun, match=f"Another run \\(pid {os.getpid()}\\) uses .*haivan down"):
        FolderLock(tmp_path / "lock").acquire()


def test_a_released_lock_can_be_taken_and_tells_of_no_unclean_end(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "lock")
    lock.acquire()
    lock.release()
    assert FolderLock(tmp_path / "lock").acquire() is None


def test_the_lock_of_a_killed_process_is_free_and_its_pid_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD_UNTIL_KILLED, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert holder_of(file) == holder.pid
        holder.kill()
        holder.wait()
        assert holder_of(file) is None
        assert FolderLock(file).acquire() == holder.pid


def test_nobody_holds_a_lock_that_was_never_taken(tmp_path: Path) -> None:
    assert holder_of(tmp_path / "lock") is None
