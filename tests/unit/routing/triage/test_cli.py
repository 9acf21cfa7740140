import json
from pathlib import Path

from typer.testing import CliRunner

from services.routing.triage.cli import app
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
