import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import number, percentile, ratio, spread, summary, together


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile([1, 2], 0.5) == 1
    assert percentile(range(1, 1001), 0.99) == 990
    assert percentile([7], 0.99) == 7


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_at_least_the_share_of_the_values_is_not_above_the_percentile(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-9)


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_summary_shows_the_middle_and_the_worst() -> None:
    assert summary([4, 1, 3, 2]) == {"p50": 2, "p99": 4, "max": 4}
    assert summary([]) == {}


@pytest.mark.parametrize(
    ("value", "text"), [(12_345.0, "12,300"), (310.4, "310"), (12.34, "12.3"), (0.618, "0.62"), (9_999.0, "9,999")]
)
def test_numbers_have_as_many_digits_as_a_reader_needs(value: float, text: str) -> None:
    assert number(value) == text


def test_a_spread_shows_the_median_between_the_ends() -> None:
    assert spread([350, 290, 310]) == "310 (290–350)"
    assert spread([12.0]) == "12.0"
    assert spread([]) == "–"


def test_a_ratio_compares_runs_that_stood_side_by_side() -> None:
    assert ratio([10, 5], [20, 10]) == 0.5, "a slow round of the machine strikes both"
    assert ratio([10, 5, 99], [20, 10]) == 0.5, "a run without a neighbour does not count"


@pytest.mark.parametrize(("ours", "theirs"), [([], [1.0]), ([1.0], []), ([1.0], [0.0])])
def test_nothing_cannot_be_compared_with(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="no pair"):
        ratio(ours, theirs)


def test_rounds_are_put_together_by_name() -> None:
    assert together([{"rate": 1.0, "p99": 5.0}, {"rate": 2.0}]) == {"rate": [1.0, 2.0], "p99": [5.0]}
