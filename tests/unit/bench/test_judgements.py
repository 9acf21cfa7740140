"""When a budget counts as met."""

from collections.abc import Mapping

import pytest

from bench.measurements import backlog, latency, pipeline
from bench.measurements.costs import COST, cost_cells, cost_columns
from bench.sections import Outcome

COSTS = {f"{name} {what}": [1.0] for name in ("intake", "routing", "mongod", "Kafka") for what in ("cpu", "MB")}


def test_a_process_that_took_no_part_has_a_dash() -> None:
    assert cost_columns("intake", "Kafka")[0] == "intake: CPU ms/1,000"
    assert cost_cells({"Kafka cpu": [200.0], "Kafka MB": [300.0]}, "intake", "Kafka") == ("–", "200", "–", "300")


def rates(**faster: float) -> Outcome:
    """The pipeline's outcome, everybody at 1,000/s but those named."""
    named = {each.module: each.name for each in pipeline.CONTENDERS}
    given = {each.name: 1_000.0 for each in pipeline.CONTENDERS}
    given |= {named["" if module == "ours" else module]: rate for module, rate in faster.items()}
    return pipeline.outcome_of({name: {"rate": [rate]} | COSTS for name, rate in given.items()})


def test_the_pipeline_is_fast_enough_at_six_tenths_of_the_bare_loop_ahead_of_every_peer() -> None:
    outcome = rates(ours=6_100, bare_loop=10_000)
    assert outcome.met
    assert outcome.headline.startswith("0.61 of the bare loop")
    assert "ahead of every peer" in outcome.headline


def test_the_pipeline_is_too_slow_behind_a_peer_or_far_behind_the_bare_loop() -> None:
    behind = rates(ours=6_100, bare_loop=10_000, quix=6_200)
    assert not behind.met
    assert "behind Quix Streams" in behind.headline
    assert not rates(ours=5_900, bare_loop=10_000).met


def test_the_loops_without_a_mechanism_are_no_peers() -> None:
    assert rates(ours=6_100, bare_loop=10_000, bare_triage=9_000).met


def times(p50: float = 10, p99: float = 40, rate: float = 500, missing: float = 0) -> dict[str, list[float]]:
    return {"p50": [p50], "p99": [p99], "max": [p99], "rate": [rate], "missing": [missing]} | COSTS


@pytest.mark.parametrize(
    ("at_the_door", "met"),
    [
        ({500: times()}, True),
        ({500: times(p50=21)}, False),
        ({500: times(p99=51)}, False),
        ({500: times(rate=250)}, False),
        ({500: times(missing=1)}, False),
        ({100: times(rate=100)}, False),
    ],
)
def test_latency_is_judged_at_500_a_second_through_the_door_where_it_holds(
    at_the_door: Mapping[int, dict[str, list[float]]], *, met: bool
) -> None:
    outcome = latency.outcome_of({500: times()}, dict(at_the_door))
    assert outcome.met is met
    assert all(len(row) == len(outcome.columns) for row in outcome.rows)


def test_a_smaller_backlog_is_judged_by_how_long_the_whole_one_would_take() -> None:
    quick = {key: values[0] for key, values in COSTS.items()} | {"seconds": 4.0, "start": 2.0, "rate": 10_000.0}
    assert backlog.outcome_of(20_000, quick).met, "2 s to the first case, 10 s for 100,000"
    slow = backlog.outcome_of(20_000, quick | {"rate": 9_000.0})
    assert not slow.met
    assert slow.headline == "100,000 reports drained in 13.1 s, by 20,000 that took 4.00 s"
    assert len(slow.rows[0]) == len(slow.columns) == len(COST) + 4
