"""Nothing is longer than a reader holds in mind."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import CODE, Module, modules

LONGEST_FILE = 300
LONGEST_FUNCTION = 40

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def short_files(root: Path) -> Iterator[str]:
    """A file has at most 300 lines; a longer one is split by meaning."""
    for module in modules(root, *CODE):
        lines = len(module.text.splitlines())
        if lines > LONGEST_FILE:
            yield f"{module.path}: {lines} lines, {LONGEST_FILE} at most"


def short_functions(root: Path) -> Iterator[str]:
    """A function has at most 40 lines, not counting its docstring and the functions inside it."""
    for module in modules(root, *CODE):
        yield from _long_functions(module)


def _long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, _Function):
            lines = len(_own_lines(node))
            if lines > LONGEST_FUNCTION:
                yield f"{module.at(node.lineno)}: {node.name} has {lines} lines, {LONGEST_FUNCTION} at most"


def _own_lines(function: _Function) -> set[int]:
    inner = [node for node in ast.walk(function) if isinstance(node, _Function) and node is not function]
    documented = ast.get_docstring(function, clean=False) is not None
    return _lines(function).difference(*map(_lines, inner), _lines(function.body[0]) if documented else ())


def _lines(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
