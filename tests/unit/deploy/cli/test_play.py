"""`haivan play` at an installation that is not ours: what it asks for, and what it says when it cannot."""

import json

import pytest
from typer.testing import CliRunner

from deploy.cli.registry import build
from deploy.demo import run as run_module
from deploy.demo.outcome import Outcome
from deploy.demo.privacy import PrivacyFigures
from deploy.demo.reconciliation import Row
from deploy.demo.run import Wishes
from deploy.embedded.errors import CannotRun
from tests.unit.deploy.demo.test_installation import SOMEWHERE

runner = CliRunner()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wishes]:
    """What the command line asked for; nothing is played."""
    wishes: list[Wishes] = []

    def note(wish: Wishes) -> int:
        wishes.append(wish)
        return 1 if wish.seed == 13 else 0

    monkeypatch.setattr(run_module, "run_play", note)
    return wishes


def test_it_plays_one_day_and_ends(asked: list[Wishes]) -> None:
    assert runner.invoke(build(), ["play", "--size", "300", "--seed", "7", "--json"]).exit_code == 0
    assert asked == [Wishes(once=True, size=300, seed=7, as_json=True)]


def test_a_day_that_does_not_reconcile_ends_it_with_1(asked: list[Wishes]) -> None:
    assert runner.invoke(build(), ["play", "--seed", "13"]).exit_code == 1
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("environ", "size", "what"),
    [({}, 1_000, "HAIVAN_INTAKE_URL"), ({"HAIVAN_INTAKE_URL": "https://x.example"}, 3, "lacks some kinds")],
    ids=["nowhere", "too small"],
)
def test_it_says_what_is_missing(environ: dict[str, str], size: int, what: str) -> None:
    with pytest.raises(CannotRun, match=what):
        run_module.run_play(Wishes(once=True, size=size, seed=None, as_json=False), environ)


class Program:
    """The CDC's own, which plays along."""

    def start(self) -> None: ...

    def stop(self, seconds: float) -> None: ...


class Played:
    """A performance that is over at once and came to this."""

    def __init__(self, outcome: Outcome) -> None:
        self.has_ended = False
        self._outcome = outcome

    def start(self) -> None: ...

    def is_over(self) -> bool:
        return True

    def outcome(self) -> Outcome:
        return self._outcome

    def end(self) -> None:
        self.has_ended = True


def came_to(*, agrees: bool) -> Outcome:
    rows = (Row("reports", 2, 2 if agrees else 1, 2, agrees=agrees),)
    privacy = PrivacyFigures(records=9, planted=3, leaks=(), names_in_free_text=0)
    return Outcome(
        seed=7,
        size=200,
        played_seconds=4.0,
        settled_seconds=2.0,
        settled=True,
        rows=rows,
        checks=(),
        times={},
        privacy=privacy,
        surprises=(),
    )


@pytest.mark.parametrize("agrees", [True, False], ids=["reconciled", "broken"])
def test_a_days_figures_are_one_document_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], agrees: bool
) -> None:
    played = Played(came_to(agrees=agrees))
    monkeypatch.setattr(run_module, "cdc_program", lambda *_: Program())
    monkeypatch.setattr(run_module, "Performance", lambda *_: played)
    code = run_module.run_play(Wishes(once=True, size=200, seed=7, as_json=True), SOMEWHERE)
    document = json.loads(capsys.readouterr().out)
    assert (code == 0, document["reconciled"], document["broken"]) == (agrees, agrees, [] if agrees else ["reports"])
    assert played.has_ended
