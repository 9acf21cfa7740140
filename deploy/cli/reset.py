"""`haivan reset`: forget everything."""

import os
import shutil
from typing import Annotated

import typer

from deploy.cli.output import Json, console, print_json
from deploy.cli.registry import command
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.lock import holder_of


@command
def reset(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete the data folder: reports, accounts, keys, events, logs. Downloads stay in the cache."""
    home = Home.of(os.environ)
    if pid := holder_of(home.lock_file):
        raise CannotRun(f"A run (pid {pid}) uses {home.root}.", "Stop it first with `./haivan down`.")
    if not yes:
        if as_json:
            raise CannotRun("Nothing was deleted.", "With --json, say --yes as well.")
        typer.confirm(f"Delete everything in {home.root}?", abort=True)
    deleted = delete_data(home)
    if as_json:
        print_json({"deleted": deleted, "folder": str(home.root)})
    else:
        console.print(f"Deleted {home.root}." if deleted else f"There was nothing in {home.root}.")


def delete_data(home: Home) -> bool:
    """Delete what the embedded run made, and the folder if nothing else is in it; False when there was nothing.

    Never more than that: HAIVAN_HOME may name a folder where somebody keeps other things.
    """
    ours = [path for path in home.everything() if path.exists()]
    for path in ours:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if home.root.is_dir() and not any(home.root.iterdir()):
        home.root.rmdir()
    return bool(ours)
