"""What the services really consume and publish, found in their own code."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args

from shared.accounts_projection import project_accounts
from shared.events import REGISTRY
from shared.last_words import keep_last_words
from shared.settings import ServiceName

ROOT = Path(__file__).resolve().parents[2]

SHARED = "shared"
"""The home of what every service consumes."""

_OTHER_WAYS = {"model_validate", "model_construct"}


@dataclass(frozen=True, slots=True, order=True)
class Consumption:
    """One handler that reacts to one type of event, and the capability whose file it stands in."""

    group: str
    type: str
    handler: str
    capability: str


@dataclass(frozen=True, slots=True, order=True)
class Construction:
    """A place where an event is made."""

    event: str
    file: str
    line: int


@cache
def consumptions(root: Path = ROOT) -> tuple[Consumption, ...]:
    """Every reaction: declared in a capability's handlers.py, or bound by the runtime where it belongs."""
    declared = [each for path in handler_files(root) for each in _declared_in(_imported(path, root))]
    return tuple(sorted([*declared, *_bound_by_the_runtime()]))


def handler_files(root: Path = ROOT) -> list[Path]:
    return sorted((root / "services").glob("*/*/handlers.py"))


def bound_handlers(service: Path) -> set[str]:
    """The names that a service gives to `reaction(...)`; a handler that is not among them never runs."""
    calls = [call for path in sorted(service.rglob("*.py")) for call in _calls(_tree(path))]
    return {_last_name(call.args[0]) for call in calls if _last_name(call.func) == "reaction" and call.args}


@cache
def constructions(root: Path = ROOT) -> tuple[Construction, ...]:
    """Every call that makes an event, in services and in what they share; contracts themselves apart."""
    files = [*(root / "services").rglob("*.py"), *(root / "shared").rglob("*.py")]
    outside = [path for path in files if (root / "shared" / "events") not in path.parents]
    return tuple(sorted(each for path in outside for each in _made_in(path, root)))


def names_used(package: Path) -> set[str]:
    """Every name that the code of a package uses, imports and the arguments of `@consumes` apart."""
    return {name for path in sorted(package.rglob("*.py")) for name in _used(_tree(path))}


def _bound_by_the_runtime() -> Iterator[Consumption]:
    """The projection of accounts and the last words of compacted topics, which no service declares itself."""
    nothing = cast(Any, None)
    for service in get_args(ServiceName):
        mine = keep_last_words(service, nothing)
        if "routing.accounts" not in {each.group for each in mine}:  # who decides of accounts needs no projection
            mine.append(project_accounts(service, nothing))
        for reaction in mine:
            for contract in reaction.contracts:
                yield Consumption(reaction.group, contract.name, reaction.handle.__name__, SHARED)


def _declared_in(module: ModuleType) -> Iterator[Consumption]:
    capability = ".".join(module.__name__.split(".")[1:3])
    for name, handler in vars(module).items():
        group, events = getattr(handler, "__consumes__", ("", ()))
        if getattr(handler, "__module__", None) == module.__name__:
            yield from (Consumption(group, event.contract.name, name, capability) for event in events)


def _imported(path: Path, root: Path) -> ModuleType:
    return importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))


def _made_in(path: Path, root: Path) -> Iterator[Construction]:
    tree = _tree(path)
    known = _event_names(tree)
    for call in _calls(tree):
        called = call.func
        made = called.value if isinstance(called, ast.Attribute) and called.attr in _OTHER_WAYS else called
        if event := known.get(_last_name(made)):
            yield Construction(event, str(path.relative_to(root)), call.lineno)


def _event_names(tree: ast.Module) -> dict[str, str]:
    """What event classes are called in a file: by their own name, or by what an import renames them to."""
    classes = {contract.model.__name__ for contract in REGISTRY.values()}
    imports = [alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    renamed = {alias.asname: alias.name for alias in imports if alias.asname and alias.name in classes}
    return {name: name for name in classes} | renamed


def _used(tree: ast.Module) -> Iterator[str]:
    declarations = {
        id(part) for node in _calls(tree) if _last_name(node.func) == "consumes" for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in declarations:
            yield _last_name(node)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _last_name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
