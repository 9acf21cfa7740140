import shutil
from pathlib import Path

import pytest

from services.routing.triage.lint import Fault, lint
from tests.unit.routing.triage.conftest import HUE

WRONG_NAMES = [
    ("any: [positive_test", "any: [positive_tset"),
    ("level: emergency", "level: extreme"),
    ("first: [hospital]", "first: [hospitl]"),
    ("is: fake_certificate", "is: fake_paper"),
    ("id: c-suspect", "id: c-cluster"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HUE, tmp_path / "triage"))


def changed(folder: Path, file: str, before: str, after: str) -> list[Fault]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return lint(folder)


def test_the_rules_of_the_profile_have_no_fault() -> None:
    assert lint(HUE) == []


def test_a_name_given_twice_is_told_in_one_line_at_the_second(folder: Path) -> None:
    (fault,) = changed(folder, "symptoms.yaml", "cough:\n", 'fever:\n  - "sốt cao"\ncough:\n')
    text = (folder / "symptoms.yaml").read_text(encoding="utf-8").splitlines()
    assert text[fault.line - 1] == "fever:"
    assert fault.line > text.index("fever:") + 1
    assert fault.text == "“fever” stands in this file twice; put both lists under one"


def test_a_bracket_left_open_is_told_with_line_and_column(folder: Path) -> None:
    (fault,) = changed(folder, "symptoms.yaml", "fever:\n", 'fever:\n  - "sốt {cao|nhẹ"\n')
    text = (folder / "symptoms.yaml").read_text(encoding="utf-8").splitlines()
    assert "sốt {cao|nhẹ" in text[fault.line - 1]
    assert fault.column == text[fault.line - 1].index('"') + 1
    assert "bracket" in fault.text


def test_broken_yaml_is_told_with_its_line(folder: Path) -> None:
    (fault,) = changed(folder, "rules.yaml", "category:\n", "category: [\n")
    assert fault.file == "rules.yaml"
    assert fault.line > 1


def test_names_that_nothing_has_are_told_together(folder: Path) -> None:
    path = folder / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in WRONG_NAMES:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")
    told = " ".join(fault.text for fault in lint(folder))
    assert [after for _, after in WRONG_NAMES if after.split()[-1].strip("{[]}:") not in told] == []


def test_a_key_that_means_nothing_in_a_rule_is_told(folder: Path) -> None:
    (fault,) = changed(folder, "rules.yaml", "{id: u-blue, any:", "{id: u-blue, nonee: [spam], any:")
    text = (folder / "rules.yaml").read_text(encoding="utf-8").splitlines()
    assert text[fault.line - 1][fault.column - 1 :].startswith("nonee")


def test_examples_newer_than_the_weights_are_told(folder: Path) -> None:
    with (folder / "examples" / "other.txt").open("a", encoding="utf-8") as examples:
        examples.write("Một ví dụ mới\n")
    (fault,) = lint(folder)
    assert "haivan rules train" in fault.text


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "places.yaml").unlink()
    assert [fault.file for fault in lint(folder)] == ["places.yaml"]
