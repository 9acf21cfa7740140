import hashlib
from pathlib import Path

import pytest
import requests

from deploy.embedded import jars, maven
from deploy.embedded.errors import CannotRun
from deploy.embedded.jars import KAFKA_VERSION, Jar, fetch_jars, jars_folder, locked_jars


class Steps:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.bytes: list[tuple[int, int]] = []

    def step(self, text: str) -> None:
        self.steps.append(text)

    def downloaded(self, done: int, total: int) -> None:
        self.bytes.append((done, total))


def jar(content: bytes, name: str = "tiny") -> Jar:
    return Jar(f"org.example:{name}:1.0", hashlib.sha256(content).hexdigest(), len(content))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local repository in the place of ~/.m2, so that nothing is asked of the network."""
    folder = tmp_path / "m2"
    monkeypatch.setattr(maven, "default_maven_repo", lambda: folder)

    def refuse(*_args: object, **_named: object) -> None:
        raise requests.ConnectionError("no network here")

    monkeypatch.setattr(requests, "request", refuse)
    return folder


def put(repository: Path, content: bytes, name: str = "tiny") -> None:
    place = repository / "org" / "example" / name / "1.0"
    place.mkdir(parents=True)
    (place / f"{name}-1.0.jar").write_bytes(content)


def lock(monkeypatch: pytest.MonkeyPatch, *wanted: Jar) -> None:
    monkeypatch.setattr(jars, "locked_jars", lambda: wanted)


def test_the_lock_pins_the_broker_its_commands_and_a_log_by_digest() -> None:
    names = {found.coordinate for found in locked_jars()}
    assert f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}" in names
    assert f"org.apache.kafka:kafka-tools:{KAFKA_VERSION}" in names
    assert any(name.startswith("org.slf4j:slf4j-simple:") for name in names)
    assert all(len(found.sha256) == 64 and found.size > 0 for found in locked_jars())


def test_jars_land_flat_in_one_folder_and_progress_adds_up(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repository, b"one", "one")
    put(repository, b"three", "three")
    lock(monkeypatch, jar(b"one", "one"), jar(b"three", "three"))
    steps = Steps()
    folder = fetch_jars(tmp_path / "cache", steps)
    assert sorted(path.name for path in folder.iterdir()) == ["one-1.0.jar", "three-1.0.jar"]
    assert steps.bytes[-1] == (8, 8)
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == [folder]


def test_a_second_start_downloads_nothing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repository, b"one")
    lock(monkeypatch, jar(b"one"))
    fetch_jars(tmp_path / "cache", Steps())
    steps = Steps()
    fetch_jars(tmp_path / "cache", steps)
    assert steps.steps == []


def test_without_a_network_the_reader_is_told_what_to_do(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(monkeypatch, jar(b"one"))
    with pytest.raises(CannotRun, match=r"could not be downloaded: no network here.*REQUESTS_CA_BUNDLE"):
        fetch_jars(tmp_path / "cache", Steps())
    assert not jars_folder(tmp_path / "cache").exists()


def test_a_file_that_was_cut_off_is_not_used(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial = jars_folder(tmp_path / "cache")
    put(partial.with_name(f"{partial.name}.part") / "maven", b"on")
    put(repository, b"one")
    lock(monkeypatch, jar(b"one"))
    assert (fetch_jars(tmp_path / "cache", Steps()) / "tiny-1.0.jar").read_bytes() == b"one"
