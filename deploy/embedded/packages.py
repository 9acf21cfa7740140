"""Whether what is installed is what `requirements.lock` names."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(;)?")


def differing_packages(lock: Path) -> list[str]:
    """`name 1.0 instead of 1.1` or `name is missing`, for each pinned package that differs.

    A package with a marker may rightly be missing on this platform.
    """
    found = (_PINNED.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return [text for pin in found if pin and (text := _difference(pin[1], pin[2], optional=pin[3] is not None))]


def _difference(name: str, pinned: str, *, optional: bool) -> str | None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        return None if optional else f"{name} is missing"
    return None if installed == pinned else f"{name} {installed} instead of {pinned}"
