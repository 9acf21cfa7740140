"""What processes cost: CPU time and peak memory, read from the system, so that nothing has to count itself."""

from collections.abc import Mapping
from pathlib import Path

import psutil


class Meter:
    """The CPU time of some processes, with their children, from now on.

    Args:
        pids: the processes, by the name they have in tables.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._began = {name: _seconds(process) for name, process in self._processes.items()}

    def figures(self, events: int) -> dict[str, float]:
        """`<name> cpu` in ms per 1,000 events and `<name> MB` at the peak, for each."""
        figures: dict[str, float] = {}
        for name, process in self._processes.items():
            figures[f"{name} cpu"] = (_seconds(process) - self._began[name]) * 1e6 / max(1, events)
            figures[f"{name} MB"] = sum(_peak(each) for each in _family(process))
        return figures


def _seconds(process: psutil.Process) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _family(process))


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _peak(process: psutil.Process) -> float:
    """The high-water mark of resident memory in MB; where the system keeps none, what is resident now."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024
    return float(process.memory_info().rss) / 2**20
