"""The columns on what a measurement costs, the same in every table."""

from collections.abc import Mapping, Sequence

from bench.figures import spread

COST = ("its CPU ms/1,000", "mongod's", "Kafka's", "its peak MB", "mongod's MB", "Kafka's MB")


def cost_columns(*names: str) -> tuple[str, ...]:
    """The head over `cost_cells`."""
    return (*(f"{name}: CPU ms/1,000" for name in names), *(f"{name}: peak MB" for name in names))


def cost_cells(figures: Mapping[str, Sequence[float]], *names: str) -> tuple[str, ...]:
    """CPU and peak memory of these processes; a dash where one did not take part."""
    return tuple(spread(figures.get(f"{name} {what}", ())) for what in ("cpu", "MB") for name in names)


def costs(process: str, figures: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """The cells under `COST`: CPU and peak memory of the process, of mongod and of Kafka."""
    names = (process, "mongod", "Kafka")
    return tuple(spread(figures[f"{name} {what}"]) for what in ("cpu", "MB") for name in names)
