"""How commands print: text for people by rich, or one JSON document with `--json`."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.embedded.errors import CannotRun

_WIDTH_IN_A_PIPE = 200  # rich would cut tables to 80 columns

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _console(*, stderr: bool = False) -> Console:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if is_terminal else _WIDTH_IN_A_PIPE, highlight=False)


console = _console()


def print_json(value: Any, *, one_line: bool = False) -> None:
    """Structs, dataclasses, dicts and lists; `one_line` for a stream of documents."""
    document = msgspec.json.encode(value)
    text = document if one_line else msgspec.json.format(document, indent=2)
    sys.stdout.write(text.decode() + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns whose name starts with `#` are figures, aligned to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    console.print(table)


def figure(number: float) -> str:
    """12345 → `12,345`."""
    return f"{number:,.0f}"


def show_error(error: CannotRun, *, as_json: bool) -> None:
    """On stderr for people; with `--json` on stdout, where the reader of JSON looks."""
    if as_json:
        print_json({"error": error.what, "todo": error.todo}, one_line=True)
        return
    screen = _console(stderr=True)
    screen.print(Text(error.what, style="bold red"))
    screen.print(Text(error.todo))
