"""The files of the catalogue: what they should say, and which of them say something else."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from shared.events import Contract
from shared.events.catalogue.asyncapi import agency_document, platform_document
from shared.events.catalogue.page import events_page
from shared.events.catalogue.schemas import as_text, file_name, schema_of

SCHEMAS = "shared/events/schemas"
PAGE = "docs/events.md"
ASYNCAPI = "docs/asyncapi.json"
ASYNCAPI_FOR_AGENCIES = "docs/asyncapi-agency.json"

_SCHEMA_FILE = re.compile(r"(?P<name>.+)\.v(?P<version>[1-9][0-9]*)\.json")


def wanted_files(contracts: Mapping[str, Contract]) -> dict[str, str]:
    """What the catalogue's files should hold, by their path from the repository's root."""
    all_of_them = list(contracts.values())
    schemas = {f"{SCHEMAS}/{file_name(each)}": as_text(schema_of(each)) for each in all_of_them}
    return schemas | {
        PAGE: events_page(all_of_them),
        ASYNCAPI: as_text(platform_document(all_of_them)),
        ASYNCAPI_FOR_AGENCIES: as_text(agency_document(all_of_them)),
    }


def write_files(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write what differs; returns the paths written."""
    changed = [path for path, text in wanted.items() if _text_at(root / path) != text]
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], "utf-8")
    return changed


def stale_files(root: Path, wanted: Mapping[str, str], contracts: Iterable[Contract]) -> list[str]:
    """What is out of date, one line each: missing, different, or a schema that no contract has."""
    lines = [f"{path}: {_fault(root / path)}" for path, text in wanted.items() if _text_at(root / path) != text]
    strays = [name for name in _schema_files(root) if not _belongs(name, {c.name: c.version for c in contracts})]
    return lines + [f"{SCHEMAS}/{name}: no contract has this type and version" for name in strays]


def _fault(path: Path) -> str:
    return "differs from the contracts" if path.exists() else "is missing"


def _text_at(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


def _schema_files(root: Path) -> list[str]:
    return sorted(path.name for path in (root / SCHEMAS).glob("*") if path.is_file())


def _belongs(name: str, versions: Mapping[str, int]) -> bool:
    """Whether a schema file is of a known type, in its present or an earlier version (those stay)."""
    found = _SCHEMA_FILE.fullmatch(name)
    return found is not None and int(found["version"]) <= versions.get(found["name"], 0)
