import json
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from services.routing.triage.cli import HUE, app
from tests.unit.routing.triage.test_score import LABELLED


def test_classify_writes_a_reading_for_each_line_and_tells_of_bad_ones() -> None:
    lines = '{"id": 1, "text": "Mẹ tôi khó thở quá"}\nnot json\n{"id": "b", "text": "Chợ mấy giờ mở cửa"}\n'
    result = CliRunner().invoke(app, ["classify", "--at", "2021-08-01T00:00:00+00:00"], input=lines)
    written = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert [(row["id"], row["urgency"]) for row in written] == [(1, "emergency"), ("b", "low")]
    assert written[0]["agency"][0] == "hospital"
    assert {"category", "symptoms", "negated_symptoms", "from_epidemic_area", "places", "dates", "trail"} <= set(
        written[0]
    )
    assert "line 2" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": 1}', "missing required field `text`"),
        ('{"id": 1, "text": null}', "Expected `str`, got `null`"),
        ('{"id": 1, "text": "a", "kind": "gossip"}', "Invalid enum value 'gossip'"),
        ('["a"]', "Expected `object`"),
    ],
)
def test_a_line_that_is_none_is_told_with_its_number(line: str, told: str) -> None:
    result = CliRunner().invoke(app, ["classify"], input=f'{{"id": 0, "text": ""}}\n{line}\n')
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == [0]
    assert "line 2" in result.stderr
    assert told in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["try", "a", "--kind", "gossip"],
        ["try", "a", "--at", "yesterday"],
        ["try", "a", "--rules", "/none"],
        ["score", "/none.jsonl"],
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong: list[str]) -> None:
    result = CliRunner().invoke(app, wrong)
    assert result.exit_code == 2
    assert "Usage" in result.stderr


def test_broken_rules_are_told_of_and_where_to_look(tmp_path: Path) -> None:
    copytree(HUE, tmp_path / "triage")
    (tmp_path / "triage" / "rules.yaml").write_text("version: [", encoding="utf-8")
    result = CliRunner().invoke(app, ["try", "a", "--rules", str(tmp_path / "triage")])
    assert result.exit_code == 2
    assert "haivan rules lint" in result.stderr


def test_try_shows_the_trail() -> None:
    result = CliRunner().invoke(app, ["try", "em bị sốt [38 độ]"])
    assert result.exit_code == 0
    assert "symptom.fever" in result.stdout


def test_lint_of_the_profile_says_that_nothing_is_wrong() -> None:
    assert "nothing wrong" in CliRunner().invoke(app, ["lint"]).stdout


def test_score_prints_both_halves(tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(LABELLED.read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")
    stdout = CliRunner().invoke(app, ["score", str(path)]).stdout
    assert "held_out" in stdout
    assert "urgent recall" in stdout
