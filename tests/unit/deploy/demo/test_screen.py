"""What a program reads while a day is played."""

import json

import pytest

from deploy.demo.actions import ActionKind
from deploy.demo.screen import Lines


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
