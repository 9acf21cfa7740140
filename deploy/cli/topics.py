"""`haivan topics`: what is on Kafka."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.broker import Topic, connect
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.cli.registry import command
from deploy.cli.running import bootstrap_servers

_MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "min": 60_000, "s": 1_000}


@command
def topics(
    containing: Annotated[str, typer.Argument(help="Only topics whose name contains this.")] = "",
    *,
    internal: Annotated[bool, typer.Option("--internal", help="Kafka's own topics too.")] = False,
    as_json: Json = False,
) -> None:
    """List topics with partitions, records, retention and clean-up, as the broker has them."""
    found = [topic for topic in asyncio.run(_ask(bootstrap_servers(), internal=internal)) if containing in topic.name]
    if as_json:
        print_json(found)
        return
    columns = ("topic", "#partitions", "#records", "#kept", "clean-up")
    print_table(columns, [_row(topic) for topic in found])
    console.print(f"{len(found)} topics, {figure(sum(topic.records for topic in found))} records")


async def _ask(bootstrap: str, *, internal: bool) -> list[Topic]:
    async with connect(bootstrap) as broker:
        return await broker.topics(internal=internal)


def _row(topic: Topic) -> tuple[object, ...]:
    return (topic.name, topic.partitions, figure(topic.records), duration(topic.retention_ms), topic.cleanup)


def duration(milliseconds: int | None) -> str:
    """`30 d`, `12 h`; `for ever` for None."""
    if milliseconds is None:
        return "for ever"
    for unit, length in _MILLISECONDS.items():
        if milliseconds >= length and milliseconds % length == 0:
            return f"{milliseconds // length} {unit}"
    return f"{milliseconds} ms"
