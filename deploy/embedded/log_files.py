"""Keeping the logs of children from filling the disk."""

import shutil
from pathlib import Path

LIMIT_BYTES = 20 * 1024 * 1024
KEPT = 3


def rotate(log: Path, limit: int = LIMIT_BYTES, kept: int = KEPT) -> bool:
    """Move the content to `<log>.1`, older ones up to `<log>.<kept>`, once it is larger than `limit`.

    Copy and cut, since the child holds the file open (for appending, so it goes on at the new end); the few lines
    written in between are lost. True when it was done.
    """
    if not log.exists() or log.stat().st_size <= limit:
        return False
    for number in range(kept, 1, -1):
        older = _numbered(log, number - 1)
        if older.exists():
            older.replace(_numbered(log, number))
    shutil.copyfile(log, _numbered(log, 1))
    with log.open("r+b") as file:
        file.truncate(0)
    return True


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
