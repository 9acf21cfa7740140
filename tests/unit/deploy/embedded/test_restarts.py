import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded.restarts import RestartPolicy, decide_restart

POLICY = RestartPolicy()


@pytest.mark.parametrize(("deaths", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 4.0)])
def test_each_further_death_waits_longer(deaths: int, seconds: float) -> None:
    assert decide_restart([10.0] * deaths, 10.0, POLICY) == seconds


def test_the_fifth_death_within_a_minute_is_the_last() -> None:
    assert decide_restart([0.0, 10.0, 20.0, 30.0, 59.0], 59.0, POLICY) is None


def test_old_deaths_are_forgiven() -> None:
    assert decide_restart([0.0, 1.0, 2.0, 3.0, 100.0], 100.0, POLICY) == 1.0


@given(st.lists(st.floats(0, 1_000), min_size=1))
def test_it_gives_up_exactly_when_five_deaths_lie_within_a_minute(deaths: list[float]) -> None:
    now = max(deaths)
    recent = [death for death in deaths if now - death < 60]
    assert (decide_restart(deaths, now, POLICY) is None) == (len(recent) >= 5)
