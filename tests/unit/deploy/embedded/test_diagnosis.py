from pathlib import Path

import pytest

from deploy.embedded.diagnosis import (
    Level,
    examine,
    judge_disk,
    judge_libcurl,
    judge_memory,
    judge_packages,
    judge_platform,
    judge_python,
)
from deploy.embedded.folders import Home

GB = 1024**3


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 9), Level.PROBLEM), ((3, 11, 0), Level.OK), ((3, 13, 1), Level.OK)]
)
def test_python_from_3_11_on_will_do(version: tuple[int, int, int], level: Level) -> None:
    assert judge_python(version).level is level


@pytest.mark.parametrize(
    ("system", "machine", "level"),
    [
        ("Linux", "x86_64", Level.OK),
        ("Linux", "aarch64", Level.NOTE),
        ("Darwin", "arm64", Level.NOTE),
        ("Windows", "AMD64", Level.PROBLEM),
    ],
)
def test_a_platform_is_served_served_in_part_or_not(system: str, machine: str, level: Level) -> None:
    assert judge_platform(system, machine).level is level


@pytest.mark.parametrize(("free", "level"), [(GB // 2, Level.PROBLEM), (3 * GB, Level.WARNING), (80 * GB, Level.OK)])
def test_little_disk_is_a_warning_and_too_little_a_problem(free: int, level: Level) -> None:
    assert judge_disk(free).level is level


def test_memory_is_not_judged_while_the_system_already_uses_it() -> None:
    assert judge_memory(GB // 2, running=False).level is Level.PROBLEM
    assert judge_memory(GB // 2, running=True).level is Level.OK


def test_packages_that_differ_from_the_lock_are_named() -> None:
    finding = judge_packages(["a is missing", "b 1 instead of 2", "c is missing", "d is missing"])
    assert finding.level is Level.WARNING
    assert "a is missing, b 1 instead of 2, c is missing …" in finding.says


def test_a_missing_libcurl_is_only_worth_a_note() -> None:
    assert judge_libcurl(present=False).level is Level.NOTE


def test_every_problem_and_warning_says_what_to_do() -> None:
    findings = [
        judge_python((3, 8, 0)),
        judge_platform("Windows", "AMD64"),
        judge_platform("Darwin", "arm64"),
        judge_disk(1),
        judge_disk(2 * GB),
        judge_memory(1, running=False),
        judge_memory(GB, running=False),
        judge_packages(["a is missing"]),
    ]
    assert all(finding.todo for finding in findings)


def test_the_whole_examination_ends_whatever_the_machine_is_like(tmp_path: Path) -> None:
    environ = {
        "HAIVAN_CACHE": str(tmp_path / "cache"),
        "HAIVAN_JAVA": "/nonexistent",
        "HAIVAN_MONGOD": "/nonexistent",
    }
    findings = {finding.about: finding for finding in examine(Home(tmp_path / "home"), environ)}
    assert findings["java"].level is Level.PROBLEM
    assert findings["mongod"].level is Level.PROBLEM
    assert "Not downloaded yet" in findings["kafka"].says
    assert "None is running" in findings["run"].says
    assert not (tmp_path / "home").exists()


def test_secrets_that_others_may_read_are_found(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    home.secrets_file.write_text("{}")
    home.secrets_file.chmod(0o644)
    exposed = [
        finding for finding in examine(home, {"HAIVAN_CACHE": str(tmp_path)}) if finding.about == "permissions"
    ]
    assert [finding.todo for finding in exposed] == [f"chmod go= {home.secrets_file}"]
