"""`haivan outbox`: accepted changes whose events the broker refuses, and how to try them again."""

from typing import Annotated, Any

import msgspec
import typer

from deploy.cli.operator import OperatorDoor, Service
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.embedded.errors import CannotRun

app = typer.Typer(help="Look at events that the broker refuses, try them again.", no_args_is_help=True)

_PATH = "/api/v1/operations/unpublishable"


class Stuck(msgspec.Struct, frozen=True):
    """A document that waits, and the event that was refused."""

    service: str
    collection: str
    document_id: str
    event_id: str
    type: str
    topic: str
    since: str


@app.command(name="list")
def list_stuck(*, service: Service = None, as_json: Json = False) -> None:
    """List the documents whose event the broker refused twice; never their content."""
    found = OperatorDoor.of().listed(service, _PATH, Stuck)
    if as_json:
        print_json({"documents": found})
        return
    columns = ("service", "collection", "document", "type", "topic", "since")
    print_table(columns, [(s.service, s.collection, s.document_id, s.type, s.topic, s.since) for s in found])
    console.print(f"{figure(len(found))} documents wait." if found else "Nothing is refused.")


@app.command()
def release(
    document_id: Annotated[str | None, typer.Argument(help="One document; all of them without it.")] = None,
    *,
    service: Service = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without this it is only told.")] = False,
    as_json: Json = False,
) -> None:
    """Try again what the broker refused, once the cause is mended. Only says so, unless --yes."""
    door = OperatorDoor.of()
    chosen = [each for each in door.listed(service, _PATH, Stuck) if document_id in (None, each.document_id)]
    if document_id is not None and not chosen:
        raise CannotRun(f"Nothing of {document_id} is refused.", "`./haivan outbox list` shows what is.")
    for each in chosen if yes else ():
        place: dict[str, Any] = {"collection": each.collection, "document_id": each.document_id}
        door.post(each.service, f"{_PATH}:release", place)
    if as_json:
        print_json({"documents": chosen, "released": yes})
        return
    for each in chosen:
        told = "is tried again" if yes else "would be tried again"
        console.print(f"{each.collection}/{each.document_id} of {each.service} {told}.")
    if not yes:
        console.print("Nothing was done; --yes does it." if chosen else "Nothing is refused.")
