"""Choosing ports on the loopback interface."""

import json
import random
import socket
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

LOOPBACK = "127.0.0.1"

_NOT_FOR_CLIENTS = range(20_000, 32_000)
"""Below those that systems give to whoever connects somewhere, so that no connection takes a chosen one meanwhile."""
_CANDIDATES = 20
_chance = random.SystemRandom()  # no seed may lead two runs to the same ports


def is_free(port: int, address: str = LOOPBACK) -> bool:
    """Whether a server could bind the port now.

    SO_REUSEADDR as servers set it: connections of an earlier run in TIME_WAIT do not make a port taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def free_port(address: str = LOOPBACK) -> int:
    """Any free port. Another program can take it before we bind it, so whoever starts a server tries again."""
    for port in _chance.sample(_NOT_FOR_CLIENTS, _CANDIDATES):
        if is_free(port, address):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def choose_port(candidates: Iterable[int], taken: Collection[int] = (), address: str = LOOPBACK) -> int:
    """The first candidate that is free and not promised to somebody else in `taken`, else any free port."""
    for port in candidates:
        if port not in taken and is_free(port, address):
            return port
    while (port := free_port(address)) in taken:
        continue
    return port


def choose_ports(candidates: Mapping[str, Iterable[int]], address: str = LOOPBACK) -> dict[str, int]:
    """One port for each name, all different."""
    chosen: dict[str, int] = {}
    for name, ports in candidates.items():
        chosen[name] = choose_port(ports, set(chosen.values()), address)
    return chosen


def remembered_ports(file: Path) -> dict[str, int]:
    """The ports of the last run, so that bookmarks and configured clients stay right; empty when there are none."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: port for name, port in stored.items() if isinstance(port, int)} if isinstance(stored, dict) else {}


def remember_ports(file: Path, ports: Mapping[str, int]) -> None:
    """Add to what is remembered."""
    known = remembered_ports(file) | dict(ports)
    file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def candidates(names: Iterable[str], preferred: Mapping[str, int], file: Path) -> dict[str, list[int]]:
    """For each name the preferred port, then the one remembered in `file`, where there are such."""
    remembered = remembered_ports(file)
    return {name: [source[name] for source in (preferred, remembered) if name in source] for name in names}
