"""What a program reads while a day is played."""

import json
from pathlib import Path

import pytest

from deploy.demo.actions import ActionKind
from deploy.demo.run import on_old_data
from deploy.demo.screen import Lines
from deploy.embedded.folders import Home


def test_each_line_tells_how_much_of_the_day_has_happened(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.planned(ActionKind.REPORT, 2)
    lines.planned(ActionKind.CALL, 1)
    lines.says("begun")
    lines.done(ActionKind.CALL)
    lines.done(ActionKind.REPORT)
    lines.says("going on")
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"happened": 0, "of": 3, "message": "begun"},
        {"happened": 2, "of": 3, "message": "going on"},
    ]


def test_a_second_day_is_told_to_be_added_to_the_first(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    assert not home.holds_data()
    home.mongod.mkdir()
    assert home.holds_data()
    assert str(tmp_path) in on_old_data(home)
    assert "./haivan reset" in on_old_data(home)
