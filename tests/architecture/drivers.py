"""Who may speak to MongoDB and Kafka, so that either driver can be exchanged in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import Module, capability_modules, modules

_MOTOR = frozenset({"shared/mongo.py"})
_FASTSTREAM = frozenset({"shared/consumers.py"})
_TOO_MUCH = frozenset({
    "BaseException", "Exception", "OSError", "ConnectionError", "TimeoutError", "KafkaError", "PyMongoError", "AWAY",
})  # fmt: skip


def motor_in_stores(root: Path) -> Iterator[str]:
    """motor is named in `shared/mongo.py` and in the `store.py` files; others take the types from there."""
    for module in modules(root, "services", "shared"):
        if module.path.name != "store.py" and module.path.as_posix() not in _MOTOR:
            yield from _named(module, {"motor"})


def documents_in_stores(root: Path) -> Iterator[str]:
    """Within services only `store.py` knows documents."""
    for module in modules(root, "services"):
        if module.path.name != "store.py":
            yield from _named(module, {"pymongo", "bson"})


def one_consumer_loop(root: Path) -> Iterator[str]:
    """No service speaks to Kafka itself, and FastStream subscribers are made in one file."""
    for module in modules(root, "services"):
        yield from _named(module, {"aiokafka", "faststream"})
    for module in modules(root, "shared"):
        if module.path.as_posix() not in _FASTSTREAM:
            yield from _named(module, {"faststream"})


def handlers_let_errors_through(root: Path) -> Iterator[str]:
    """A handler may answer a refusal; what is transient or a bug belongs to the consumer loop, or events are lost."""
    for module in capability_modules(root):
        if module.path.name == "handlers.py":
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ExceptHandler) and _catches_too_much(node):
                    yield f"{module.at(node.lineno)}: a handler catches {_caught(node) or 'everything'}"


def _catches_too_much(node: ast.ExceptHandler) -> bool:
    names = {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)} if node.type else _TOO_MUCH
    return bool(names & _TOO_MUCH)


def _caught(node: ast.ExceptHandler) -> str:
    return ast.unparse(node.type) if node.type else ""


def _named(module: Module, drivers: set[str]) -> Iterator[str]:
    for name, line in module.imports:
        if name.split(".")[0] in drivers:
            yield f"{module.at(line)}: imports {name}"
