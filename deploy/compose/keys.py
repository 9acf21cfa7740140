"""Makes the keys of an installation, one file each, in a folder that services get as secrets.

    python -m deploy.compose.keys FOLDER OWNER

What is there stays as it is: with a new master key, everything that the old one sealed would be lost.
"""

import os
import secrets
import sys
from pathlib import Path

from deploy.embedded.secret_keys import make_secrets

OPERATOR_PASSWORD = "HAIVAN_OPERATOR_PASSWORD"  # noqa: S105 - the name of a variable
_PASSWORD_BYTES = 15


def make_key_files(folder: Path, owner: int) -> list[str]:
    """Write what is missing, readable by nobody but `owner`, and return its names.

    Raises:
        FileNotFoundError: some files are there and some are not: whoever lost the others had better find them.
    """
    made = make_secrets() | {OPERATOR_PASSWORD: secrets.token_urlsafe(_PASSWORD_BYTES)}
    missing = [name for name in made if not (folder / name.lower()).exists()]
    if missing and len(missing) < len(made):
        raise FileNotFoundError(f"{folder} has some keys, but not {', '.join(missing).lower()}: put them back.")
    for name in missing:
        _write(folder / name.lower(), made[name], owner)
    return [name.lower() for name in missing]


def _write(file: Path, value: str, owner: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with open(descriptor, "w", encoding="utf-8") as output:  # noqa: PTH123  # opens a descriptor, not a path
        output.write(value)
        os.fsync(output.fileno())
    os.chown(file, owner, owner)


if __name__ == "__main__":
    made_now = make_key_files(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"Made: {', '.join(made_now)}." if made_now else "All keys are there.")
