from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.registry import build
from deploy.cli.reset import delete_data
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.lock import FolderLock

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    (home.kafka / "data").mkdir(parents=True)
    home.secrets_file.write_text("{}")
    return home


def test_everything_that_the_run_made_is_deleted(home: Home) -> None:
    assert delete_data(home)
    assert not home.root.exists()


def test_what_somebody_else_put_there_is_kept(home: Home) -> None:
    (home.root / "thesis.odt").touch()
    delete_data(home)
    assert [path.name for path in home.root.iterdir()] == ["thesis.odt"]


def test_it_asks_first(home: Home) -> None:
    answer = runner.invoke(build(), ["reset"], input="n\n", env={"HAIVAN_HOME": str(home.root)})
    assert answer.exit_code != 0
    assert home.secrets_file.exists()


def test_it_refuses_while_a_run_uses_the_folder(home: Home) -> None:
    lock = FolderLock(home.lock_file)
    lock.acquire()
    answer = runner.invoke(build(), ["reset", "--yes"], env={"HAIVAN_HOME": str(home.root)})
    assert isinstance(answer.exception, CannotRun)
    assert home.secrets_file.exists()
    lock.release()
