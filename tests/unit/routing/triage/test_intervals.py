import pytest

from services.routing.triage.intervals import Ratio, Share, wilson

EVEN = Share[int](lambda number: number > 0, lambda number: number % 2 == 0)
HALVES = Ratio[int](lambda number: (number // 2, number))


@pytest.mark.parametrize(
    ("holding", "count", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (81, 263, 0.255, 0.366)],
)
def test_the_interval_of_a_share_is_wilsons(holding: int, count: int, low: float, high: float) -> None:
    """The last is example 2 of Newcombe, Two-sided confidence intervals for the single proportion, 1998."""
    assert wilson(holding, count) == pytest.approx((low, high), abs=0.001)


def test_a_share_counts_only_what_it_is_asked_of() -> None:
    figure = EVEN.measured([0, 0, 1, 2, 4])
    assert figure.value == pytest.approx(2 / 3)
    assert figure.count == 3


def test_a_ratio_is_drawn_anew_the_same_way_each_time() -> None:
    numbers = list(range(60))
    figure = HALVES.measured(numbers)
    assert figure == HALVES.measured(numbers)
    assert figure.low < figure.value == HALVES(numbers) < figure.high


def test_few_texts_tell_nothing() -> None:
    figure = HALVES.measured([4, 4])
    assert (figure.value, figure.low, figure.high) == (0.5, 0.0, 1.0)
