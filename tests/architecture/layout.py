"""Everything has its place, so that a reader who knows one capability knows all."""

from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import CODE, EDGES, files, modules

_TOP = (
    "README.md", "Makefile", "pyproject.toml", "requirements.in", "requirements-dev.in", "requirements.lock",
    ".ci/run", ".importlinter", ".pre-commit-config.yaml", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "haivan",
    "services/intake", "services/routing", "services/checkpoints", "services/notifications",
    "shared/events", "shared/web", "deploy/embedded", "deploy/cli", "deploy/demo", "profiles/hue", "docs/adr",
    "docs/architecture.md", "docs/how-to",
    "tests/unit", "tests/integration", "tests/contract", "tests/e2e", "tests/delivery", "tests/architecture",
)  # fmt: skip
_SERVICE_FILES = frozenset({"__init__.py", "__main__.py", "app.py", "settings.py"})
_VAGUE = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "base", "process", "misc"})


def prescribed_top(root: Path) -> Iterator[str]:
    """The way in is where everybody looks for it."""
    return (f"{name} is missing" for name in _TOP if not (root / name).exists())


def packages_marked(root: Path) -> Iterator[str]:
    """Every folder with code is a package: import-linter does not see into the others."""
    folders = {module.path.parent for module in modules(root, *CODE)}
    within = {parent for folder in folders for parent in (folder, *folder.parents) if parent.parts}
    return (f"{each}/__init__.py is missing" for each in sorted(within) if not (root / each / "__init__.py").exists())


def service_files(root: Path) -> Iterator[str]:
    """A service is its app, its settings and its capabilities."""
    for module in modules(root, "services"):
        parts = module.path.parts
        if len(parts) == len(("services", "service", "file.py")) and parts[-1] not in _SERVICE_FILES:
            yield f"{module.path}: a service has only {', '.join(sorted(_SERVICE_FILES))} beside its capabilities"


def capability_files(root: Path) -> Iterator[str]:
    """A capability has a domain or an edge, and its pages' templates lie in `templates/`."""
    for capability in sorted(root.glob("services/*/*/")):
        names = {path.name for path in files(root, str(capability.relative_to(root)))}
        if any(name.endswith(".py") for name in names) and not names & {"domain.py", *EDGES}:
            yield f"{capability.relative_to(root)}: none of domain.py, {', '.join(sorted(EDGES))}"
    for path in files(root, "services"):
        if path.suffix == ".html" and "templates" not in path.parts:
            yield f"{path.relative_to(root)}: templates lie in templates/"


def telling_names(root: Path) -> Iterator[str]:
    """A module is named for what it is about."""
    for module in modules(root, *CODE, "tests", "bench"):
        vague = _VAGUE & {module.path.stem, *module.path.parts[:-1]}
        if vague:
            yield f"{module.path}: '{min(vague)}' says nothing"
