import subprocess
import sys
from pathlib import Path

import pytest

from shared import failpoints
from shared.failpoints import Failpoint, FailpointError, fp, read_failpoints
from shared.settings import ROOT


def test_names_actions_and_probabilities_are_read() -> None:
    assert read_failpoints("stored=kill:0.01, published=raise") == {
        "stored": Failpoint("kill", 0.01),
        "published": Failpoint("raise", 1.0),
    }


@pytest.mark.parametrize("text", ["", " ", ","])
def test_an_empty_text_names_no_failpoint(text: str) -> None:
    assert read_failpoints(text) == {}


@pytest.mark.parametrize("text", ["stored", "stored=stop", "stored=kill:often"])
def test_a_failpoint_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown failpoint action|could not convert"):
        read_failpoints(text)


def test_an_unset_failpoint_does_nothing() -> None:
    fp("stored")


def test_a_set_one_raises_what_counts_as_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "_ACTIVE", read_failpoints("stored=raise"))
    with pytest.raises(ConnectionError) as raised:
        fp("stored")
    assert isinstance(raised.value, FailpointError)
    fp("published")


def test_a_probability_of_zero_never_fires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "_ACTIVE", read_failpoints("stored=raise:0"))
    for _ in range(100):
        fp("stored")


def test_a_seed_makes_the_same_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    def fired() -> list[bool]:
        monkeypatch.setattr(failpoints, "_RANDOM", random.Random("7"))
        return [_fires() for _ in range(50)]

    monkeypatch.setattr(failpoints, "_ACTIVE", read_failpoints("stored=raise:0.3"))
    first = fired()
    assert first == fired()
    assert 0 < sum(first) < 50


def _fires() -> bool:
    try:
        fp("stored")
    except FailpointError:
        return True
    return False


def test_a_killing_one_ends_the_process_as_a_power_cut_would() -> None:
    program = "from shared.failpoints import fp; fp('stored'); print('alive')"
    environment = {"HAIVAN_FAILPOINTS": "stored=kill", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=False, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout) == (-9, b"")


def test_a_place_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="unknown failpoint 'storde'"):
        read_failpoints("storde=kill")


def test_every_place_in_the_list_stands_in_the_code() -> None:
    sources = [path.read_text() for path in (ROOT / "shared").glob("*.py") if path.name != "failpoints.py"]
    missing = [place for place in failpoints.PLACES if not any(f'fp("{place}")' in text for text in sources)]
    assert not missing


def test_what_strikes_is_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    noted = tmp_path / "struck"
    monkeypatch.setenv("HAIVAN_FAILPOINTS_LOG", str(noted))
    monkeypatch.setattr(failpoints, "_ACTIVE", read_failpoints("stored=raise"))
    with pytest.raises(FailpointError):
        fp("stored")
    assert noted.read_text().split() == ["stored"]
