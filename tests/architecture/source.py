"""The tree as the rules see it: its files, and its Python modules parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CODE = ("services", "shared", "deploy")

EDGES = frozenset({"api.py", "pages.py", "handlers.py", "store.py"})
"""The files of a capability where the world comes in and goes out."""

_FOREIGN = frozenset({"node_modules", "__pycache__", "vendor"})
_HIDDEN_BUT_OURS = frozenset({".ci", ".github"})


@dataclass(frozen=True)
class Module:
    """One Python file.

    Attributes:
        path: relative to the root of the tree.
        text: what it says.
    """

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @property
    def name(self) -> str:
        """As imports call it."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def imported_modules(self) -> Iterator[str]:
        """What could be a module among the imported names: `a.b` and `a` of `from a import b`."""
        for name, _ in self.imports:
            yield from (name, name.rpartition(".")[0])

    @property
    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported name with its line: `a.b` for `import a.b`, and `a.b` for `from a import b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    def at(self, line: int) -> str:
        """A place in it, as editors and terminals understand it."""
        return f"{self.path}:{line}"


def modules(root: Path, *tops: str) -> Iterator[Module]:
    """The Python files under these folders, in a stable order."""
    for path in files(root, *tops):
        if path.suffix == ".py":
            yield Module(path.relative_to(root), path.read_text(encoding="utf-8"))


def files(root: Path, *tops: str) -> Iterator[Path]:
    """The files that are this project's own; everything, or what lies under these folders."""
    for start in [root / top for top in tops] or [root]:
        yield from sorted(_ours(start)) if start.is_dir() else ()


def capability_modules(root: Path) -> Iterator[Module]:
    """The modules of all capabilities: `services/<service>/<capability>/…`."""
    return (module for module in modules(root, "services") if len(module.path.parts) > len(("services", "s", "c")))


def domain_modules(root: Path) -> Iterator[Module]:
    """Every `domain.py` and what it imports of the services, directly or not: all that a decision is made of."""
    known = {module.name: module for module in modules(root, "services")}
    waiting = [module for module in capability_modules(root) if module.path.name == "domain.py"]
    seen: set[str] = set()
    while waiting:
        module = waiting.pop(0)
        if module.name not in seen:
            seen.add(module.name)
            yield module
            waiting += [known[each] for each in module.imported_modules if each in known]


def _ours(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_symlink() or entry.name in _FOREIGN or entry.name == ".git":  # a file where it is a work tree
            continue
        if entry.is_file():
            yield entry
        elif not entry.name.startswith(".") or entry.name in _HIDDEN_BUT_OURS:
            yield from _ours(entry)
