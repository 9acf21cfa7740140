"""Becomes another program that is asked to end when its parent dies, however the parent dies.

    python -I -S leash.py <parent's pid> <program> <argument>…

Without it, `kill -9` of `haivan up` or of a test run would leave Kafka and mongod behind. It replaces itself by the
program, so it costs neither memory nor a second pid. Linux only; elsewhere the program just starts.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _tie_to(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the line above took hold
        sys.exit(f"the parent process {parent} is gone")


if __name__ == "__main__":
    if sys.platform == "linux":
        _tie_to(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  # no shell on purpose
