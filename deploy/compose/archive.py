"""Copies volumes into one file, and such a file into new volumes.

    python -m deploy.compose.archive save VOLUMES FILE
    python -m deploy.compose.archive restore VOLUMES FILE

Whoever saves sees to it that nobody writes meanwhile. A file is whole or not there: it gets its name last, and beside
it lies its digest, which is looked at before anything is restored.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

_CHUNK = 1 << 20


def save(volumes: Path, file: Path) -> int:
    """Write all folders in `volumes` into `file` and return its size.

    Raises:
        FileExistsError: there is such a file already, and it may be the one that somebody needs.
    """
    if file.exists():
        raise FileExistsError(f"{file.name} is there already: choose another name.")
    part, digest = file.with_suffix(".part"), hashlib.sha256()
    folders = sorted(volume.name for volume in volumes.iterdir())
    command = ["tar", "--create", "--sparse", "--numeric-owner", f"--directory={volumes}", *folders]
    with part.open("wb") as output, subprocess.Popen(command, stdout=subprocess.PIPE) as tar:
        assert tar.stdout is not None  # noqa: S101 - it was asked for
        while chunk := tar.stdout.read(_CHUNK):
            digest.update(chunk)
            output.write(chunk)
        output.flush()
        os.fsync(output.fileno())
    if tar.returncode:
        raise OSError(f"tar ended with {tar.returncode}; {part.name} is not whole.")
    _digest_of(file).write_text(f"{digest.hexdigest()}  {file.name}\n", encoding="ascii")
    part.rename(file)
    return file.stat().st_size


def restore(volumes: Path, file: Path) -> None:
    """Fill the folders in `volumes` from `file`.

    Raises:
        FileExistsError: there is something in them that would be lost.
        ValueError: the file is not what was saved.
    """
    full = [volume.name for volume in volumes.iterdir() if any(volume.iterdir())]
    if full:
        raise FileExistsError(f"There is something in {', '.join(sorted(full))}: remove these volumes first.")
    with file.open("rb") as saved:
        found = hashlib.file_digest(saved, "sha256").hexdigest()
    if found != _digest_of(file).read_text(encoding="ascii").split()[0]:
        raise ValueError(f"{file.name} is not what was saved: its digest differs.")
    subprocess.run(
        ["tar", "--extract", "--numeric-owner", "--same-permissions", f"--directory={volumes}", f"--file={file}"],
        check=True,
    )
    os.sync()


def _digest_of(file: Path) -> Path:
    return file.with_suffix(".sha256")


def main(what: str, volumes: Path, file: Path) -> None:
    """Do it, or end with a sentence that says why not."""
    try:
        if what == "save":
            print(f"Saved {file.name}: {save(volumes, file) / 1e6:.0f} MB.")
        else:
            restore(volumes, file)
            print(f"Restored {file.name}.")
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
