"""Finds the commands: see the package's docstring for how to add one."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TypeVar

import typer

from deploy import cli

Function = TypeVar("Function", bound=Callable[..., None])

_MARK = "__haivan_command__"


def command(function: Function) -> Function:
    """Make a function a command of its own name (`_` becomes `-`); its docstring is the help."""
    setattr(function, _MARK, True)
    return function


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="haivan",
        help="Hải Vân on this machine: start it, look at it, stop it.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # its tracebacks show local variables, and some of those are secrets
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, module in sorted(_modules()):
        for function in _commands(module):
            app.command(function.__name__.replace("_", "-"))(function)
        if isinstance(group := getattr(module, "app", None), typer.Typer):
            app.add_typer(group, name=name)
    return app


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for found in pkgutil.iter_modules(cli.__path__):
        if not found.name.startswith("__"):
            yield found.name, importlib.import_module(f"{cli.__name__}.{found.name}")


def _commands(module: ModuleType) -> list[Callable[..., Any]]:
    functions = (value for value in vars(module).values() if getattr(value, _MARK, False))
    return [function for function in functions if function.__module__ == module.__name__]
