from pathlib import Path

import pytest

from deploy.embedded.errors import CannotRun
from deploy.embedded.java import find_java


def program(folder: Path, says: str) -> str:
    script = folder / "java"
    script.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    script.chmod(0o755)
    return str(script)


def test_the_wheels_java_is_recent_enough_for_kafka() -> None:
    assert find_java({}).major >= 17


def test_the_environment_names_another_java(tmp_path: Path) -> None:
    found = find_java({"HAIVAN_JAVA": program(tmp_path, 'openjdk version "21.0.4" 2024-07-16')})
    assert (found.program, found.major) == (tmp_path / "java", 21)


def test_a_java_that_is_not_there_is_told() -> None:
    with pytest.raises(CannotRun, match="does not run here"):
        find_java({"HAIVAN_JAVA": "/nonexistent/java"})


def test_a_program_that_is_no_java_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="isn't a Java: hello"):
        find_java({"HAIVAN_JAVA": program(tmp_path, "hello")})
