"""What is saved comes back as it was, owners and modes included, and never over something that is there."""

from pathlib import Path

import pytest

from deploy.compose.archive import main, restore, save


@pytest.fixture
def volumes(tmp_path: Path) -> Path:
    folder = tmp_path / "volumes"
    (folder / "kafka" / "log" / "hải vân").mkdir(parents=True)
    (folder / "mongo").mkdir()
    (folder / "kafka" / "log" / "hải vân" / "0.log").write_bytes(b"\x00\x01" * 5_000)
    (folder / "mongo" / "WiredTiger").write_text("x")
    (folder / "mongo" / "WiredTiger").chmod(0o600)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    for name in ("kafka", "mongo"):
        (folder / name).mkdir(parents=True)
    return folder


def content(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def test_what_is_saved_comes_back_as_it_was(volumes: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "night.tar"
    assert save(volumes, file) == file.stat().st_size
    restore(empty, file)
    assert content(empty) == content(volumes)


def test_nothing_is_restored_over_what_is_there(volumes: Path, tmp_path: Path) -> None:
    save(volumes, tmp_path / "night.tar")
    before = content(volumes)
    with pytest.raises(FileExistsError, match="kafka, mongo"):
        restore(volumes, tmp_path / "night.tar")
    assert content(volumes) == before


def test_a_saved_file_is_not_replaced(volumes: Path, tmp_path: Path) -> None:
    save(volumes, tmp_path / "night.tar")
    with pytest.raises(FileExistsError):
        save(volumes, tmp_path / "night.tar")


def test_a_file_that_changed_since_is_refused(volumes: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "night.tar"
    save(volumes, file)
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.write_bytes(changed)
    with pytest.raises(ValueError, match="digest"):
        restore(empty, file)
    assert not any(path.is_file() for path in empty.rglob("*"))


def test_what_could_not_be_read_whole_gets_no_name(
    volumes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "bin" / "tar"
    failing.parent.mkdir()
    failing.write_text("#!/bin/sh\necho half; exit 2\n")
    failing.chmod(0o700)
    monkeypatch.setenv("PATH", str(failing.parent), prepend=":")
    with pytest.raises(OSError, match="not whole"):
        save(volumes, tmp_path / "night.tar")
    assert not (tmp_path / "night.tar").exists()


def test_whoever_calls_it_reads_a_sentence(volumes: Path, tmp_path: Path) -> None:
    save(volumes, tmp_path / "night.tar")
    with pytest.raises(SystemExit, match="remove these volumes first"):
        main("restore", volumes, tmp_path / "night.tar")
