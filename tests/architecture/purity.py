"""The domain is pure: same arguments, same answer, and nothing else happens."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import Module, domain_modules

_WORLD = frozenset({
    "aiohttp", "aiokafka", "asyncio", "bson", "fastapi", "faststream", "httpx", "jinja2", "logging", "motor", "os",
    "prometheus_client", "pymongo", "random", "requests", "secrets", "shutil", "socket", "starlette", "structlog",
    "subprocess", "tempfile", "threading", "time", "urllib.request", "uuid", "uuid_utils", "uvicorn",
    "shared.clock.now", "shared.ids.new_id", "shared.aggregates", "shared.http", "shared.jobs", "shared.mongo",
    "shared.publishing", "shared.runtime", "shared.security", "shared.settings", "shared.telemetry", "shared.web",
})  # fmt: skip
_PLAIN = frozenset({"shared.security.people"})
"""Plain data in packages that otherwise do I/O."""
_ASKS = frozenset(
    {"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes", "uuid4", "uuid7"}
)
_BUILT_IN = frozenset({"open", "print", "input"})


def pure_domain(root: Path) -> Iterator[str]:
    """Time and ids come in as arguments; no file, network, database, log or random source is asked."""
    for module in domain_modules(root):
        yield from _impure_imports(module)
        for node in ast.walk(module.tree):
            yield from _impurity(module, node)


def frozen_domain(root: Path) -> Iterator[str]:
    """A dataclass of the domain is frozen: a decision gives a new state, it never changes one."""
    for module in domain_modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(_is_thawed(each) for each in node.decorator_list):
                yield f"{module.at(node.lineno)}: {node.name} is a dataclass without frozen=True"


def _impure_imports(module: Module) -> Iterator[str]:
    for name, line in module.imports:
        if _is_within(name, _WORLD) and not _is_within(name, _PLAIN):
            yield f"{module.at(line)}: the domain imports {name}"


def _is_within(name: str, packages: frozenset[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in packages)


def _impurity(module: Module, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AsyncFunctionDef):
        yield f"{module.at(node.lineno)}: the domain waits for nothing, but {node.name} is async"
    if isinstance(node, ast.Call) and _asks_the_world(node.func):
        yield f"{module.at(node.lineno)}: the domain calls {ast.unparse(node.func)}()"


def _asks_the_world(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr in _ASKS
    return isinstance(called, ast.Name) and called.id in _BUILT_IN


def _is_thawed(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if ast.unparse(called) not in {"dataclass", "dataclasses.dataclass"}:
        return False
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return not any(each.arg == "frozen" and ast.unparse(each.value) == "True" for each in given)
