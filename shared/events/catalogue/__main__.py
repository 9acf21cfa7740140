"""`python -m shared.events.catalogue`: write, check, compatible."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.events import REGISTRY
from shared.events.catalogue.files import SCHEMAS, stale_files, wanted_files, write_files
from shared.events.catalogue.history import NoHistoryError, incompatible, schemas_at

ROOT = Path(__file__).resolve().parents[3]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run one command; returns 0 if all is well, 1 if something is to be done, 2 if it could not be found out."""
    asked = _parser().parse_args(arguments)
    if asked.command == "write":
        return _write(root)
    return _check(root) if asked.command == "check" else _compatible(root, asked.base)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.events.catalogue", description="The event catalogue.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write", help="make schemas, docs/events.md and the AsyncAPI documents from the contracts")
    commands.add_parser("check", help="name what is out of date; exit code 1 if anything is")
    compatible = commands.add_parser("compatible", help="name changes that need a new version; exit code 1 if any")
    compatible.add_argument("--base", default="HEAD", help="the commit whose schemas were published (default: HEAD)")
    return parser


def _write(root: Path) -> int:
    for path in write_files(root, wanted_files(REGISTRY)):
        _say(f"written: {path}")
    return 0


def _check(root: Path) -> int:
    lines = stale_files(root, wanted_files(REGISTRY), REGISTRY.values())
    if lines:
        _say(*lines, "The catalogue is out of date: python -m shared.events.catalogue write")
    return 1 if lines else 0


def _compatible(root: Path, base: str) -> int:
    try:
        published = schemas_at(base, root, SCHEMAS)
    except NoHistoryError as error:
        _say(str(error))
        return 2
    lines = incompatible(published, REGISTRY, root / SCHEMAS)
    if lines:
        _say(*lines, f"Not compatible with {base}: give the event a new version, or only add to it.")
    return 1 if lines else 0


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
