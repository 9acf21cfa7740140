"""The arithmetic of the tables: medians, spreads, percentiles and ratios; pure, so that it can be checked."""

from collections.abc import Mapping, Sequence
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that at least this share of the values does not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values, no percentile")
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(0, min(len(ordered), rank) - 1)]


def summary(values: Sequence[float]) -> dict[str, float]:
    """The median, the 99th percentile and the largest; nothing where there are no values."""
    if not values:
        return {}
    return {name: percentile(values, share) for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}


def number(value: float) -> str:
    """As people read it: 12,300; 310; 12.3; 0.62."""
    if abs(value) >= 10_000:
        return f"{round(value, -2):,.0f}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values: Sequence[float]) -> str:
    """The median with the smallest and the largest, e.g. `310 (290-350)`."""
    if not values:
        return "–"
    if len(values) == 1:
        return number(values[0])
    return f"{number(median(values))} ({number(min(values))}–{number(max(values))})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs that stood side by side: a slow minute of the machine strikes both.

    Raises:
        ValueError: one has no run that the other has too, or theirs is nothing.
    """
    pairs = list(zip(ours, theirs, strict=False))
    if not pairs or not all(their for _, their in pairs):
        raise ValueError("no pair of runs to compare")
    return median(our / their for our, their in pairs)


def together(rounds: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """The figures of several rounds, by name."""
    names = dict.fromkeys(name for each in rounds for name in each)
    return {name: [each[name] for each in rounds if name in each] for name in names}
