"""What processes cost: CPU time and memory, read from the system, so that nothing measured has to count itself."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds per 1,000 events and the resident memory in MB, of one process."""

    cpu: float
    memory: float


class Meter:
    """The CPU time of some processes from `start` on.

    Args:
        pids: the processes, by the name they have in tables.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._began = {name: _seconds(process) for name, process in self._processes.items()}

    def seconds(self) -> dict[str, float]:
        """CPU seconds each has used since then."""
        return {name: _seconds(process) - self._began[name] for name, process in self._processes.items()}

    def costs(self, events: int) -> dict[str, Cost]:
        """What each has cost since then."""
        used = self.seconds()
        return {
            name: Cost(cpu=used[name] * 1e6 / max(1, events), memory=process.memory_info().rss / 2**20)
            for name, process in self._processes.items()
        }


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
