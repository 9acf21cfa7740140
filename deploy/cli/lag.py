"""`haivan lag`: who is how far behind."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.broker import Lag, connect
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.cli.registry import command
from deploy.cli.running import bootstrap_servers


@command
def lag(
    containing: Annotated[str, typer.Argument(help="Only groups whose name contains this.")] = "",
    *,
    behind: Annotated[bool, typer.Option("--behind", help="Only where there is a lag.")] = False,
    as_json: Json = False,
) -> None:
    """Per group and topic-partition: the committed offset, the end, and the lag between them."""
    found = [
        row for row in asyncio.run(_ask(bootstrap_servers())) if containing in row.group and (row.lag or not behind)
    ]
    if as_json:
        print_json(found)
        return
    columns = ("group", "topic", "#partition", "#committed", "#end", "#lag")
    print_table(columns, [_row(row) for row in found])
    console.print(f"{figure(sum(row.lag for row in found))} records behind in all")


async def _ask(bootstrap: str) -> list[Lag]:
    async with connect(bootstrap) as broker:
        return await broker.lags()


def _row(row: Lag) -> tuple[object, ...]:
    return (row.group, row.topic, row.partition, figure(row.committed), figure(row.end), figure(row.lag))
