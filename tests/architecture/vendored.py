"""Foreign files are exactly what was reviewed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path("shared/web/static/vendor")
_RECORD = "VENDOR.json"


def vendored_as_recorded(root: Path) -> Iterator[str]:
    """Every vendored file stands in VENDOR.json with its SHA-256, its package, version and licence."""
    folder = root / _FOLDER
    if not (folder / _RECORD).exists():
        yield f"{_FOLDER / _RECORD} is missing"
        return
    packages = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    recorded = {name: digest for package in packages for name, digest in package["files"].items()}
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    yield from (f"{_FOLDER / name} is missing" for name in sorted(recorded.keys() - present.keys()))
    for name in sorted(present.keys() - {_RECORD}):
        if recorded.get(name) != hashlib.sha256(present[name].read_bytes()).hexdigest():
            yield f"{_FOLDER / name} is not what {_RECORD} says"
    for package in packages:
        if not all(package.get(each) for each in ("name", "version", "licence")):
            yield f"{_RECORD}: {package.get('name', 'a package')} lacks name, version or licence"
