"""What the files say: nothing unfinished, nothing about one machine, a reason beside each exception."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import CODE, files, modules

_UNFINISHED = re.compile(r"(?:#|//|/\*|<!--).*\b(?:TODO|FIXME|XXX|HACK)\b")

# Put together here, since no file is to name them, this one included.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"), ("proxy", "golang", "org"), ("deb", "debian", "org"),
        ("registry", "yarnpkg", "com"), ("index", "docker", "io"),
    )
)  # fmt: skip
_ELSEWHERE = re.compile(
    "|".join([*map(re.escape, HOSTS), r"(?<![\w./-])[/]work/", r"[/]tmp/w\b", r"/(?:home|Users)/\w+/"])
)

_CODES = r"[A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*"
_REASONLESS = re.compile(rf"#\s*(?:noqa: ?{_CODES}|type: ?ignore\[[\w, -]+\])[\s#–-]*$")
_BLANKET = re.compile(r"#\s*(?:noqa(?!:)|type: ?ignore(?!\[)|ruff: noqa|mypy: ignore)")


def nothing_unfinished(root: Path) -> Iterator[str]:
    """What is left to do is an issue, not a comment."""
    return _lines_with(root, _UNFINISHED, "unfinished")


def nothing_of_one_machine(root: Path) -> Iterator[str]:
    """No package registry's host and no path of somebody's machine: every mirror and every folder will do."""
    return _lines_with(root, _ELSEWHERE, "speaks of one machine or registry")


def reasons_for_exceptions(root: Path) -> Iterator[str]:
    """Whoever silences a tool names the rule and, in the same line, the reason."""
    for module in modules(root, *CODE, "bench", "docs"):
        for number, line in enumerate(module.text.splitlines(), start=1):
            if _REASONLESS.search(line) or _BLANKET.search(line):
                yield f"{module.at(number)}: {line.strip()[:80]}"


def shared_modules_documented(root: Path) -> Iterator[str]:
    """Every public module of `shared` says in its docstring what it is for."""
    for module in modules(root, "shared"):
        if not module.path.name.startswith("_") and ast.get_docstring(module.tree) is None:
            yield f"{module.path}: no docstring"


def _lines_with(root: Path, pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for path in files(root):
        if path == Path(__file__):
            continue
        for number, line in enumerate(_text(path).splitlines(), start=1):
            if pattern.search(line):
                yield f"{path.relative_to(root)}:{number}: {what}: {line.strip()[:80]}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
