"""The pages for developers: decisions name what enforces them, links lead somewhere, tests are there."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import files

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
_DECISION = re.compile(r"\d{4}-[a-z0-9-]+\.md")
_NAMED = re.compile(r"`(?P<path>[\w.-]+(?:/[\w.-]+)+|[\w-]+\.toml|\.[\w-]+)`")
_TEST = re.compile(r"\btest_\w+")
_DEFINED = re.compile(r"\bdef (test_\w+)\(")
_PARTS = ("## Context", "## Decision", "## Enforced by", "## Consequences")


def decisions_enforced(root: Path) -> Iterator[str]:
    """An ADR has its number, four parts, and something that holds it, which is there."""
    for path in files(root, "docs/adr"):
        text = path.read_text(encoding="utf-8")
        missing = [part for part in _PARTS if part not in text]
        if not _DECISION.fullmatch(path.name):
            yield f"docs/adr/{path.name}: not named 0001-like-this.md"
        elif missing:
            yield f"docs/adr/{path.name}: without {', '.join(missing)}"
        else:
            enforcers = text.split("## Enforced by")[1].split("## Consequences")[0]
            absent = [each["path"] for each in _NAMED.finditer(enforcers) if not (root / each["path"]).exists()]
            yield from (f"docs/adr/{path.name}: enforced by {each}, which is not there" for each in absent)


def links_lead_somewhere(root: Path) -> Iterator[str]:
    """A relative link in a page names a file that is there."""
    for path in [*sorted(root.glob("*.md")), *files(root, "docs")]:
        if path.suffix == ".md":
            for found in _LINK.finditer(path.read_text(encoding="utf-8")):
                if not (path.parent / found["target"]).exists():
                    yield f"{path.relative_to(root)}: leads nowhere: {found['target']}"


def named_tests_are_there(root: Path) -> Iterator[str]:
    """A test that a page names, by its own name or its file's, is one of ours."""
    there = {path.stem for path in files(root, "tests")}
    for path in files(root, "tests"):
        if path.suffix == ".py":
            there |= set(_DEFINED.findall(path.read_text(encoding="utf-8")))
    for path in files(root, "docs"):
        if path.suffix == ".md":
            for name in sorted(set(_TEST.findall(path.read_text(encoding="utf-8"))) - there):
                yield f"{path.relative_to(root)}: names {name}, which is no test"
