"""`haivan demo`: a busy day in Huế, played through the public doors, and every figure held side by side."""

from typing import Annotated

import typer

from deploy.cli.output import Json
from deploy.cli.registry import command


@command
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End with exit code 0 only if every figure reconciles.")
    ] = False,
    size: Annotated[int, typer.Option(help="How many things happen.")] = 3000,
    seed: Annotated[int | None, typer.Option(help="Which day; a new one if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Start everything, play a busy day in Huế through the public doors, compare what came of it, and stay up."""
    from deploy.demo.run import Wishes, run_demo  # noqa: PLC0415 - drivers and servers, which no other command waits for

    raise typer.Exit(run_demo(Wishes(once=once, size=size, seed=seed, as_json=as_json)))
