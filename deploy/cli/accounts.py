"""`haivan accounts`: who may do what."""

import secrets
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

import typer

from deploy.cli.operator import OperatorDoor
from deploy.cli.output import Json, console, print_json, print_table
from shared.clock import now

app = typer.Typer(help="List, make and close accounts; make API keys.", no_args_is_help=True)

_ROUTING = "routing"
_PATH = "/api/v1/accounts"
_PASSWORD_BYTES = 15


@app.command(name="list")
def list_accounts(*, as_json: Json = False) -> None:
    """List accounts with their roles, agencies and API keys."""
    found = OperatorDoor.of().get(_ROUTING, _PATH)
    if as_json:
        print_json(found)
        return
    print_table(("account", "name", "roles", "agency or post", "API keys", ""), [_row(each) for each in found])


@app.command()
def add(
    account: Annotated[str, typer.Argument(help="What is typed to sign in: lower case, digits, hyphens.")],
    *,
    name: Annotated[str, typer.Option(help="The person's or the chair's name.")],
    role: Annotated[list[str], typer.Option(help="What the account may do; may be given several times.")],
    agency: Annotated[str | None, typer.Option(help="An officer's or engineer's agency.")] = None,
    post: Annotated[str | None, typer.Option(help="A field officer's post.")] = None,
    as_json: Json = False,
) -> None:
    """Make an account with a password that is shown this once; its owner changes it after signing in."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    body = {"id": account, "name": name, "roles": role, "agency": agency, "post": post, "password": password}
    made = OperatorDoor.of().post(_ROUTING, _PATH, {key: value for key, value in body.items() if value is not None})
    if as_json:
        print_json({**made, "password": password})
        return
    console.print(f"{made['id']} may sign in. The password, shown this once: {password}", soft_wrap=True)


@app.command()
def close(account: Annotated[str, typer.Argument(help="Whose.")], *, as_json: Json = False) -> None:
    """Close an account: its sessions and keys end within a second, in all services."""
    closed = OperatorDoor.of().post(_ROUTING, f"{_PATH}/{quote(account, safe='')}:close")
    if as_json:
        print_json(closed)
        return
    console.print(f"{closed['id']} is closed.")


@app.command()
def key(
    account: Annotated[str, typer.Argument(help="In whose name the program will act.")],
    *,
    label: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do (identity, tasks, operations); several are fine.")],
    days: Annotated[
        int | None, typer.Option(help="How long it works; without this, until it is removed.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an API key, shown this once."""
    body: dict[str, Any] = {"label": label, "scopes": scope}
    if days is not None:
        body["expires_at"] = (now() + timedelta(days=days)).isoformat()
    made = OperatorDoor.of().post(_ROUTING, f"{_PATH}/{quote(account, safe='')}/keys", body)
    if as_json:
        print_json(made)
        return
    console.print(f"The key, shown this once: {made['key']}", soft_wrap=True)


def _row(account: dict[str, Any]) -> tuple[object, ...]:
    keys = ", ".join(f"{each['label']} ({' '.join(each['scopes'])})" for each in account["keys"])
    where = account["agency"] or account["post"] or ""
    return (
        account["id"],
        account["name"],
        ", ".join(account["roles"]),
        where,
        keys,
        "" if account["active"] else "closed",
    )
