"""The schemas as they were published before, read from git, and what has become of them since."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from shared.events import Contract
from shared.events.catalogue.compatibility import breaches
from shared.events.catalogue.schemas import Schema, is_command, schema_of


class NoHistoryError(Exception):
    """The reference cannot be read: no git here, or no such commit."""


def schemas_at(reference: str, root: Path, folder: str) -> dict[str, Schema]:
    """Every schema committed at a git reference, by file name; none where the folder was not there yet.

    Raises:
        NoHistoryError: git does not know the reference.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}").strip()
    paths = _git(root, "ls-tree", "-r", "--name-only", "--full-tree", commit, "--", folder).splitlines()
    return {PurePosixPath(path).name: json.loads(_git(root, "show", f"{commit}:{path}")) for path in paths}


def incompatible(published: Mapping[str, Schema], contracts: Mapping[str, Contract], folder: Path) -> list[str]:
    """What readers and writers of the published schemas would stumble over, one line each.

    Args:
        published: the schemas of the past by file name.
        contracts: today's registry.
        folder: where the schemas of earlier versions have to stay as they were.
    """
    lines: list[str] = []
    for name, old in sorted(published.items()):
        kind, _, version = old["$id"].removeprefix("urn:haivan:schema:").rpartition(":")
        lines += [f"{name}: {line}" for line in _since(old, kind, int(version), contracts, folder / name)]
    return lines


def _since(old: Schema, kind: str, version: int, contracts: Mapping[str, Contract], path: Path) -> list[str]:
    contract = contracts.get(kind)
    if contract is None or contract.version < version:
        return [f"{kind} version {version} is gone, though its records are kept and its readers remain"]
    if contract.version > version:
        unchanged = path.exists() and json.loads(path.read_text("utf-8")) == old
        return [] if unchanged else ["the schema of an earlier version must stay as it was"]
    return [str(breach) for breach in breaches(old, schema_of(contract), is_command=is_command(contract))]


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=True)  # noqa: S603, S607 - fixed words and a verified reference
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoHistoryError(f"git {arguments[0]} cannot answer for {arguments[-1]}") from error
    return done.stdout.decode()
