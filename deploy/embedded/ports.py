"""Choosing ports on the loopback interface."""

import json
import socket
from collections.abc import Collection, Mapping
from pathlib import Path

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could bind the port now.

    SO_REUSEADDR as servers set it: connections of an earlier run in TIME_WAIT do not make a port taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Any free port. Another program can take it before we bind it, so whoever starts a server tries again."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def choose_port(preferred: int | None, taken: Collection[int] = ()) -> int:
    """The preferred port when it is free and not promised to somebody else in `taken`, else any free one."""
    if preferred is not None and preferred not in taken and is_free(preferred):
        return preferred
    while (port := free_port()) in taken:
        continue
    return port


def choose_ports(preferred: Mapping[str, int | None]) -> dict[str, int]:
    """One port for each name, all different."""
    chosen: dict[str, int] = {}
    for name, port in preferred.items():
        chosen[name] = choose_port(port, set(chosen.values()))
    return chosen


def remembered_ports(file: Path) -> dict[str, int]:
    """The ports of the last run, so that bookmarks and configured clients stay right; empty when there are none."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: port for name, port in stored.items() if isinstance(port, int)} if isinstance(stored, dict) else {}


def remember_ports(file: Path, ports: Mapping[str, int]) -> None:
    file.write_text(json.dumps(dict(ports), indent=2) + "\n", encoding="utf-8")
