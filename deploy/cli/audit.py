"""`haivan audit`: who looked whom up and who changed what, and whether the record of it is whole (F69)."""

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from deploy.cli.operator import OperatorDoor, Service, of_service
from deploy.cli.output import Json, console, figure, print_json, print_table
from deploy.embedded.errors import CannotRun

app = typer.Typer(help="Search the audit; check that nothing in it was altered.", no_args_is_help=True)

_PATH = "/api/v1/operations/audit"


class Entry(msgspec.Struct, frozen=True):
    """One thing that somebody did, as a service recorded it."""

    service: str
    sequence: int
    at: str
    actor: str
    action: str
    subject: str
    reason: str


class Chain(msgspec.Struct, frozen=True):
    """One service's chain: its head, and where it is broken, if it is."""

    service: str
    intact: bool
    sequence: int
    hash: str
    broken_at: int | None = None
    reason: str | None = None


@app.command()
def search(
    *,
    actor: Annotated[str | None, typer.Option(help="Whose doing: an account's id.")] = None,
    subject: Annotated[str | None, typer.Option(help="About what: a record's id, as case/0194…")] = None,
    action: Annotated[str | None, typer.Option(help="What was done, as identity.looked_up.")] = None,
    since: Annotated[str | None, typer.Option(help="From this moment on, as 2026-11-28T07:00:00+07:00.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this moment.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Of each service.")] = 50,
    service: Service = None,
    as_json: Json = False,
) -> None:
    """Show the newest entries that fit. That you looked is recorded, too."""
    door = OperatorDoor.of()
    given = {"actor": actor, "subject": subject, "action": action, "since": since, "until": until}
    wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    found = [
        of_service(name, each, Entry)
        for name in door.chosen(service)
        for each in door.post(name, f"{_PATH}:search", {**wanted, "limit": limit})["entries"]
    ]
    found.sort(key=lambda each: each.at, reverse=True)
    if as_json:
        print_json({"entries": found})
        return
    columns = ("at", "service", "#entry", "actor", "action", "subject", "reason")
    print_table(columns, [(e.at, e.service, e.sequence, e.actor, e.action, e.subject, e.reason) for e in found])
    console.print(f"{figure(len(found))} entries" if found else "Nothing fits.")


@app.command()
def verify(
    *,
    against: Annotated[
        Path | None, typer.Option(help="An earlier output of `audit verify --json`, kept outside.", exists=True)
    ] = None,
    service: Service = None,
    as_json: Json = False,
) -> None:
    """Check every chain from its first entry to its head; exit code 1 if one is broken."""
    door, known = OperatorDoor.of(), _known(against)
    chains = [
        of_service(name, door.post(name, f"{_PATH}:verify", known.get(name, {})), Chain)
        for name in door.chosen(service)
    ]
    if as_json:
        print_json({"chains": chains})
    else:
        print_table(
            ("service", "chain", "#entries", "head"), [(c.service, _told(c), c.sequence, c.hash) for c in chains]
        )
    if not all(chain.intact for chain in chains):
        raise typer.Exit(1)


def _told(chain: Chain) -> str:
    return "whole" if chain.intact else f"broken at entry {chain.broken_at}: {chain.reason}"


def _known(against: Path | None) -> dict[str, dict[str, Any]]:
    if against is None:
        return {}
    try:
        chains = json.loads(against.read_bytes())["chains"]
        return {c["service"]: {"sequence": c["sequence"], "hash": c["hash"]} for c in chains if c["sequence"]}
    except (ValueError, TypeError, KeyError) as error:
        raise CannotRun(f"{against} holds no chains.", "Give what `./haivan audit verify --json` wrote.") from error
