"""`haivan dlq`: events that could not be consumed, why, and what to do with them."""

from typing import Annotated

import typer

from deploy.cli.dead_letters import Choice, Halt, Letter, halts, letter, letters, reasons_of, resume
from deploy.cli.operator import OperatorDoor, Service
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.cli.replay import replay_and_show

app = typer.Typer(help="Look at dead letters, consume them again, go on where a group stopped.", no_args_is_help=True)

Group = Annotated[str | None, typer.Option(help="Only letters of this group.")]
Topic = Annotated[str | None, typer.Option(help="Only letters from this topic.")]
Reason = Annotated[str | None, typer.Option(help="Only letters with this reason.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it; without this it is only told.")]

_ID_SHOWN = 8


@app.command(name="list")
def list_letters(
    *, service: Service = None, group: Group = None, topic: Topic = None, reason: Reason = None, as_json: Json = False
) -> None:
    """List the dead letters that wait, with place and reason; never their content."""
    door = OperatorDoor.of()
    found = letters(door, Choice(group=group, topic=topic, reason=reason), service)
    stopped = halts(door, service)
    if as_json:
        print_json({"letters": found, "halts": stopped})
        return
    if not found and not stopped:
        console.print("No such dead letter waits." if group or topic or reason else "No dead letter waits.")
        return
    columns = ("id", "group", "topic", "#partition", "#offset", "type", "reason", "since")
    print_table(columns, [_row(each) for each in found])
    told = ", ".join(f"{figure(count)} × {reason}" for reason, count in reasons_of(found).most_common())
    console.print(f"{figure(len(found))} dead letters{': ' + told if told else ''}")
    for each in stopped:
        console.print(f"! {_told(each)} stands still; `./haivan dlq resume` goes on.")


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(help="Its id, or how it begins.")], *, as_json: Json = False
) -> None:
    """Show one dead letter: where it stood, who could not consume it, why."""
    found = letter(OperatorDoor.of(), letter_id)
    if as_json:
        print_json(found)
        return
    print_table(("", ""), [(name, getattr(found, name)) for name in found.__struct_fields__])
    console.print(
        f"\nMended? `./haivan dlq replay {found.id[:_ID_SHOWN]} --yes` consumes it again, in its group alone."
    )


@app.command()
def replay(
    letter_id: Annotated[str | None, typer.Argument(help="One letter, by its id or how that begins.")] = None,
    *,
    service: Service = None,
    group: Group = None,
    topic: Topic = None,
    reason: Reason = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Consume dead letters again, in their own groups. Only says so, unless --yes. Exit code 1: some fail."""
    door = OperatorDoor.of()
    if letter_id is not None:
        found = letter(door, letter_id)
        replay_and_show(door, Choice(id=found.id), found.service, yes=yes, as_json=as_json)
        return
    replay_and_show(door, Choice(group=group, topic=topic, reason=reason), service, yes=yes, as_json=as_json)


@app.command(name="resume")
def resume_halted(
    *, service: Service = None, group: Group = None, topic: Topic = None, yes: Yes = False, as_json: Json = False
) -> None:
    """Go on where a group stopped because of too many dead letters. Says what it would do, unless --yes."""
    door = OperatorDoor.of()
    chosen = [each for each in halts(door, service) if each.group == (group or each.group)]
    chosen = [each for each in chosen if each.topic == (topic or each.topic)]
    if yes:
        for each in chosen:
            resume(door, each)
    if as_json:
        print_json({"halts": chosen, "resumed": yes})
        return
    for each in chosen:
        console.print(f"{_told(each)} {'goes on' if yes else 'would go on'}.")
    console.print(_end_of(len(chosen), yes=yes))


def _row(found: Letter) -> tuple[object, ...]:
    place = (found.topic, found.partition, figure(found.offset))
    return (found.id[:_ID_SHOWN], found.group, *place, found.type, found.reason, found.buried_at)


def _told(halt: Halt) -> str:
    return f"{halt.group} at {halt.topic}, partition {halt.partition},"


def _end_of(count: int, *, yes: bool) -> str:
    if not count:
        return "Nothing stands still."
    return "" if yes else "Nothing was done; --yes does it."
