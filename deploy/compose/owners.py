"""Gives each new volume to the account that its server runs as.

    python -m deploy.compose.owners FOLDER=OWNER …

Images do this themselves when they start as root; here nothing does.
"""

import os
import sys
from pathlib import Path


def give(folder: Path, owner: int) -> bool:
    """Make `owner` the owner of the folder itself; False when it was already."""
    if folder.stat().st_uid == owner:
        return False
    os.chown(folder, owner, owner)
    return True


if __name__ == "__main__":
    for word in sys.argv[1:]:
        path, _, number = word.partition("=")
        print(f"{path} {'now belongs' if give(Path(path), int(number)) else 'belongs'} to {number}.")
