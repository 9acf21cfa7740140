"""What is measured ends on one page and can be read back."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.__main__ import keep
from bench.measurements.listed import MEASUREMENTS
from bench.page import page, table
from bench.sections import Outcome, Section, read_sections, write_sections

OUTCOME = Outcome(
    headline="0.62 of the bare loop",
    met=True,
    columns=("", "reports/s"),
    rows=(("ours", "8,000 (7,900–8,100)"), ("bare | loop", "12,900")),
    notes=("One worker each.",),
)


def section(name: str) -> Section:
    measured = next(each for each in MEASUREMENTS if each.name == name)
    return Section.of(
        measured, OUTCOME, size="small", date="2026-11-28 09:00 UTC", machine="2 cores", load="0.1", took="9 s"
    )


def test_a_section_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_sections(tmp_path / "record.json", [section("pipeline"), section("accept")])
    assert read_sections(tmp_path / "record.json") == {
        "pipeline": section("pipeline"),
        "accept": section("accept"),
    }


def test_nothing_is_known_before_the_first_measurement(tmp_path: Path) -> None:
    assert read_sections(tmp_path / "record.json") == {}


def test_the_page_says_what_was_asked_for_and_what_came_of_it() -> None:
    written = page([section("pipeline"), replace(section("accept"), met=False)])
    assert "of the bare loop and ahead of every peer | met | 0.62 of the bare loop |" in written
    assert "Budget: p99 ≤ 25 ms at 500/s: **not met**." in written
    assert "* One worker each.\n" in written
    assert "*2026-11-28 09:00 UTC, size small, 9 s; 2 cores; load average 0.1.*" in written


def test_a_cell_cannot_break_its_table() -> None:
    lines = list(table(OUTCOME.columns, OUTCOME.rows))
    assert lines == [
        "|  | reports/s |",
        "|---|--:|",
        "| ours | 8,000 (7,900–8,100) |",
        "| bare / loop | 12,900 |",
    ]


def test_measuring_one_thing_anew_leaves_the_others_and_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.__main__.PAGE", tmp_path / "page.md")
    monkeypatch.setattr("bench.__main__.RECORD", tmp_path / "record.json")
    gone = replace(section("pipeline"), name="no-longer-listed")
    write_sections(tmp_path / "record.json", [section("pipeline"), gone])
    keep(section("accept"))
    keep(replace(section("pipeline"), headline="anew"))
    assert list(read_sections(tmp_path / "record.json")) == ["pipeline", "accept"]
    assert "anew" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_measurements_have_names_of_their_own() -> None:
    names = [each.name for each in MEASUREMENTS]
    assert len(set(names)) == len(names)
