import json
import re

import pytest
from typer.testing import CliRunner

from deploy.cli.registry import build

runner = CliRunner()
COMMANDS = ("up", "down", "status", "reset", "doctor", "download", "env", "topics", "lag")


def help_of(*words: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", runner.invoke(build(), [*words, "--help"]).output)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_found_and_takes_json(name: str) -> None:
    assert "--json" in help_of(name)


def test_the_help_names_every_command() -> None:
    text = help_of()
    assert all(name in text for name in COMMANDS)


def test_no_command_forgets_json() -> None:
    names = [str(info.name) for info in build().registered_commands]
    assert set(COMMANDS) <= set(names)
    assert [name for name in names if "--json" not in help_of(name)] == []


def test_status_of_nothing_says_so_and_ends_with_3(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("nothing")
    answer = runner.invoke(build(), ["status", "--json"], env={"HAIVAN_HOME": str(home)})
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["running"] is False
