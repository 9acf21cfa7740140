"""Whether what is installed is what `requirements.lock` names."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement


def differing_packages(lock: Path) -> list[str]:
    """`name 1.0 instead of ==1.1` or `name is missing`, for each package pinned for this platform that differs."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line.removesuffix("\\")) for line in lines if line[:1].isalnum()]
    here = [pin for pin in pinned if pin.marker is None or pin.marker.evaluate()]
    return [text for pin in here if (text := _difference(pin))]


def _difference(pin: Requirement) -> str | None:
    try:
        installed = version(pin.name)
    except PackageNotFoundError:
        return f"{pin.name} is missing"
    return None if installed in pin.specifier else f"{pin.name} {installed} instead of {pin.specifier}"
