"""The columns on what a measurement costs, the same in every table."""

from collections.abc import Mapping, Sequence

from bench.figures import spread

COST = ("its CPU ms/1,000", "mongod's", "Kafka's", "its peak MB", "mongod's MB", "Kafka's MB")


def costs(process: str, figures: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """The cells under `COST`: CPU and peak memory of the process, of mongod and of Kafka."""
    names = (process, "mongod", "Kafka")
    return tuple(spread(figures[f"{name} {what}"]) for what in ("cpu", "MB") for name in names)
