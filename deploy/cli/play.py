"""`haivan play`: the demo's day at an installation that runs already, such as one of containers."""

from typing import Annotated

import typer

from deploy.cli.output import Json
from deploy.cli.registry import command


@command
def play(
    *,
    size: Annotated[int, typer.Option(help="How many things happen.")] = 1000,
    seed: Annotated[int | None, typer.Option(help="Which day; a new one if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Play a busy day at the installation that HAIVAN_<SERVICE>_URL, KAFKA_BOOTSTRAP_SERVERS and MONGO_URL name.

    It must be one for practice. Ends with exit code 0 only if every figure reconciles.
    """
    from deploy.demo.run import Wishes, run_play  # noqa: PLC0415 - drivers, which no other command waits for

    raise typer.Exit(run_play(Wishes(once=True, size=size, seed=seed, as_json=as_json)))
