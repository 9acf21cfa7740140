import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.events import REGISTRY
from shared.events.catalogue.__main__ import main
from shared.events.catalogue.asyncapi import platform_document
from shared.events.catalogue.files import SCHEMAS, stale_files, wanted_files, write_files
from shared.events.catalogue.history import NoHistoryError, incompatible, schemas_at
from shared.events.catalogue.schemas import as_text, file_name, schema_of

RECEIVED = REGISTRY["intake.reports.received"]
NAME = file_name(RECEIVED)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with a catalogue that is up to date, committed."""
    assert main(["write"], tmp_path) == 0
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "published")
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    someone = ["-c", "user.name=a", "-c", "user.email=a@example.vn", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *someone, *arguments], cwd=root, check=True, capture_output=True)


def rewrite(path: Path, **fields: Any) -> None:
    path.write_text(as_text(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def test_what_was_written_is_not_stale(root: Path) -> None:
    assert main(["check"], root) == 0


def test_writing_again_changes_nothing(root: Path) -> None:
    assert write_files(root, wanted_files(REGISTRY)) == []


def test_check_names_what_differs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(root / SCHEMAS / NAME, title="Other")
    assert main(["check"], root) == 1
    assert f"{SCHEMAS}/{NAME}: differs from the contracts" in capsys.readouterr().out


def test_check_names_what_is_missing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "docs" / "events.md").unlink()
    assert main(["check"], root) == 1
    assert "docs/events.md: is missing" in capsys.readouterr().out


@pytest.mark.parametrize("stray", ["intake.reports.sung.v1.json", "intake.reports.received.v2.json", "notes.txt"])
def test_check_names_a_schema_that_no_contract_has(root: Path, stray: str) -> None:
    (root / SCHEMAS / stray).write_text("{}")
    lines = stale_files(root, wanted_files(REGISTRY), REGISTRY.values())
    assert lines == [f"{SCHEMAS}/{stray}: no contract has this type and version"]


def test_the_schema_of_an_earlier_version_may_stay(root: Path) -> None:
    second = dict(REGISTRY) | {RECEIVED.name: replace(RECEIVED, version=2)}
    write_files(root, wanted_files(second))
    assert (root / SCHEMAS / NAME).exists()
    assert stale_files(root, wanted_files(second), second.values()) == []


def test_compatible_with_what_was_published(root: Path) -> None:
    assert main(["compatible"], root) == 0
    assert main(["compatible", "--base", "HEAD"], root) == 0


def test_compatible_names_a_change_that_needs_a_new_version(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = schema_of(RECEIVED)
    schema["properties"]["singer"] = {"type": "string"}
    rewrite(root / SCHEMAS / NAME, properties=schema["properties"])
    git(root, "commit", "-qam", "published with a field that is gone now")
    assert main(["compatible"], root) == 1
    assert f"{NAME}: singer: the field was removed" in capsys.readouterr().out


def test_compatible_looks_at_the_commit_and_not_at_the_files(root: Path) -> None:
    rewrite(root / SCHEMAS / NAME, required=[])
    assert main(["compatible"], root) == 0


@pytest.mark.parametrize("base", ["no-such-branch", "--help", "HEAD:docs"])
def test_an_unknown_base_is_said_so(root: Path, base: str) -> None:
    with pytest.raises(NoHistoryError):
        schemas_at(base, root, SCHEMAS)
    assert main(["compatible", f"--base={base}"], root) == 2


def test_a_base_without_schemas_publishes_nothing(root: Path) -> None:
    git(root, "rm", "-rq", "--cached", SCHEMAS)
    git(root, "commit", "-qm", "before the first schema")
    assert schemas_at("HEAD", root, SCHEMAS) == {}


def test_a_removed_event_is_incompatible() -> None:
    published = {NAME: schema_of(RECEIVED)}
    without = {name: each for name, each in REGISTRY.items() if name != RECEIVED.name}
    assert len(incompatible(published, without, Path("nowhere"))) == 1


def test_a_version_never_goes_back() -> None:
    published = {"intake.reports.received.v2.json": schema_of(replace(RECEIVED, version=2))}
    assert len(incompatible(published, REGISTRY, Path("nowhere"))) == 1


def test_a_new_version_may_change_anything_but_the_old_schema(root: Path) -> None:
    published = schemas_at("HEAD", root, SCHEMAS)
    second = dict(REGISTRY) | {
        RECEIVED.name: replace(RECEIVED, version=2, model=REGISTRY["intake.calls.ended"].model)
    }
    assert incompatible(published, second, root / SCHEMAS) == []
    rewrite(root / SCHEMAS / NAME, title="Other")
    assert incompatible(published, second, root / SCHEMAS) == [
        f"{NAME}: the schema of an earlier version must stay as it was"
    ]


def test_two_classes_of_one_name_cannot_be_told_apart() -> None:
    other = REGISTRY["intake.calls.ended"]
    twin = replace(other, model=type("ReportReceived", (other.model,), {}))
    with pytest.raises(ValueError, match="ReportReceived"):
        platform_document([RECEIVED, twin])
