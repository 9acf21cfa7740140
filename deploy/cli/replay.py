"""`haivan replay`: after a mend, consume again what became dead letters."""

from typing import Annotated

import typer

from deploy.cli.dead_letters import Choice, Replayed, try_replay
from deploy.cli.dead_letters import replay as carry_out
from deploy.cli.operator import OperatorDoor, Service
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.cli.registry import command


@command
def replay(
    *,
    service: Service = None,
    group: Annotated[str | None, typer.Option(help="Only letters of this group.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only letters from this topic.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only letters with this reason.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without this it is only told.")] = False,
    as_json: Json = False,
) -> None:
    """Consume all waiting dead letters again, in their own groups. Says what it would do, unless --yes."""
    choice = Choice(group=group, topic=topic, reason=reason)
    replay_and_show(OperatorDoor.of(), choice, service, yes=yes, as_json=as_json)


def replay_and_show(door: OperatorDoor, choice: Choice, service: str | None, *, yes: bool, as_json: bool) -> None:
    """A trial first, always; then, with `yes`, the thing itself. Exit code 1 when some could not be consumed."""
    found = try_replay(door, choice, service)
    if yes:
        found = carry_out(door, choice, found)
    if as_json:
        print_json({"done": yes, "services": found})
    else:
        _show(found, yes=yes)
    raise typer.Exit(1 if any(each.failed for each in found) else 0)


def _show(found: list[Replayed], *, yes: bool) -> None:
    chosen = [each for each in found if each.chosen]
    columns = ("service", "#letters", "#consumed", "#failed", "reasons")
    print_table(columns, [_row(each) for each in chosen])
    if not chosen:
        console.print("No dead letter matches.")
    elif not yes:
        total = sum(each.chosen for each in chosen)
        console.print(f"Nothing was done: {figure(total)} would be consumed again. --yes does it.")


def _row(each: Replayed) -> tuple[object, ...]:
    told = ", ".join(f"{figure(count)} × {reason}" for reason, count in each.reasons.items())
    return (each.service, figure(each.chosen), figure(each.replayed), figure(each.failed), told)
