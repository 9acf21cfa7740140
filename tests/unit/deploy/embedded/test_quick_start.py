import os
from pathlib import Path

import pytest

from deploy.embedded import kafka, quick_start
from deploy.embedded.java import Java
from deploy.embedded.progress import Silent
from deploy.embedded.quick_start import quick_start_options


@pytest.fixture
def java(tmp_path: Path) -> Java:
    (tmp_path / "java").touch()
    return Java(tmp_path / "java", 25)


def options(cache: Path, java: Java) -> tuple[str, ...]:
    return quick_start_options(cache, cache / "kafka-4.3.1-abc", java, Silent())


def practise(content: bytes, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Puts a practice run that writes this in the place of the real one; returns where it wrote."""
    made: list[Path] = []

    def write(archive: Path, _jars: Path, _java: Java) -> None:
        archive.write_bytes(content)
        made.append(archive)

    monkeypatch.setattr(quick_start, "_practise", write)
    return made


def test_one_practice_run_serves_every_later_start(
    tmp_path: Path, java: Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practise(b"classes", monkeypatch)
    assert options(tmp_path, java) == options(tmp_path, java) == (f"-XX:AOTCache={made[0]}",)
    assert len(made) == 1


def test_another_java_at_the_same_place_gets_an_archive_of_its_own(
    tmp_path: Path, java: Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    practise(b"classes", monkeypatch)
    before = options(tmp_path, java)
    java.program.write_bytes(b"another")
    assert options(tmp_path, java) != before


def test_a_practice_run_that_failed_is_not_tried_again_and_kafka_starts_without(
    tmp_path: Path, java: Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practise(b"", monkeypatch)
    assert options(tmp_path, java) == options(tmp_path, java) == ()
    assert len(made) == 1


def test_a_machine_too_busy_to_practise_gets_kafka_without(
    tmp_path: Path, java: Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "_FORMAT_SECONDS", 0.5)
    java.program.write_text("#!/bin/sh\nexec sleep 600\n")
    java.program.chmod(0o755)
    assert options(tmp_path, java) == ()
    java.program.chmod(0o444)  # whoever tried again would fail now
    assert options(tmp_path, java) == ()


def test_archives_that_nobody_starts_with_any_more_go_and_those_of_another_checkout_stay(
    tmp_path: Path, java: Java, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practise(b"classes", monkeypatch)
    options(tmp_path, java)
    old, fresh = tmp_path / "kafka-4.0.0-abc-1.aot", tmp_path / "kafka-4.3.1-abc-2.aot"
    old.touch()
    fresh.touch()
    for archive in (old, *made):
        os.utime(archive, (0, 0))
    assert options(tmp_path, java) == (f"-XX:AOTCache={made[0]}",)
    assert sorted(tmp_path.glob("*.aot")) == sorted([fresh, *made])
    assert len(made) == 1


def test_an_older_java_starts_without(tmp_path: Path, java: Java) -> None:
    assert options(tmp_path, Java(java.program, 21)) == ()
