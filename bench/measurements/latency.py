"""From a report accepted to its task on an agency's topic, at steady rates: through the door, and routing alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import spread, together
from bench.loads.steady import WARM_SECONDS
from bench.measurements.accept import bodies_file
from bench.measurements.backlog import GROUP
from bench.measurements.costs import cost_cells, cost_columns
from bench.meter import Meter
from bench.reports import write_records
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, answer_of, place, until
from bench.topics import Progress
from deploy.embedded.pair import Pair

RATES = (100, 500, 1_000)
JUDGED = 500
P50_MS, P99_MS = 20.0, 50.0
_HELD = 0.95
"""Of the rate that was asked for; with less, the queue before the door grows, and faster tells nothing more."""
_PROCESSES = ("intake", "routing", "mongod", "Kafka")
_WARM_RATE, _WARM_FOR = 50, 3.0
_SETTLES_WITHIN = 600.0
_REPORTS = "intake.reports.v1"
Figures = dict[str, float]


@dataclass(slots=True)
class _Numbers:
    """Gives out reports that nobody has had."""

    used: int = 0

    def take(self, count: int) -> range:
        self.used += count
        return range(self.used - count, self.used)


def measure(pair: Pair, size: Size) -> Outcome:
    alone: dict[int, list[Figures]] = {}
    door: dict[int, list[Figures]] = {}
    with place(pair, rate_limit_factor="0") as here:
        here.topics()
        here.services.start("intake", "routing")
        numbers = _Numbers()
        with Progress(here.bootstrap, [here.prefix + _REPORTS]) as progress:
            _through_routing(here, numbers, _WARM_RATE, _WARM_FOR)
            _through_door(here, _WARM_RATE, _WARM_FOR)
            for _ in range(max(1, size.rounds // 2)):
                for rate in RATES:
                    _settle(here, progress)
                    alone.setdefault(rate, []).append(_through_routing(here, numbers, rate, size.seconds))
                for rate in RATES:
                    _settle(here, progress)
                    door.setdefault(rate, []).append(_through_door(here, rate, size.seconds))
                    if not _is_held(rate, door[rate][-1]):
                        break
    return outcome_of(_by_rate(alone), _by_rate(door))


def _settle(here: Place, progress: Progress) -> None:
    """Wait until routing has done what an earlier load left to it."""
    until(lambda: progress.committed(here.prefix + GROUP) >= progress.records(), within=_SETTLES_WITHIN)


def _through_routing(here: Place, numbers: _Numbers, rate: int, seconds: float) -> Figures:
    """Reports straight to `intake.reports.v1`; times from when each was due there."""
    file = here.folder / "records.jsonl"
    write_records(file, numbers.take(int(rate * (seconds + WARM_SECONDS))))
    topics = (here.prefix + _REPORTS, *here.agencies_topics())
    return _measured(
        here.pids("routing"),
        rate,
        seconds,
        "bench.loads.topic_load",
        *(here.bootstrap, str(rate), str(seconds), str(file), *topics),
    )


def _through_door(here: Place, rate: int, seconds: float) -> Figures:
    """Reports by HTTP; times from when each was answered."""
    url = f"{here.services['intake'].url}/api/v1/reports"
    file = bodies_file(here.folder)
    return _measured(
        here.pids("intake", "routing"),
        rate,
        seconds,
        "bench.loads.http_load",
        *(url, str(rate), str(seconds), str(file), "--topics", here.bootstrap, *here.agencies_topics()),
    )


def _measured(pids: Mapping[str, int], rate: int, seconds: float, module: str, *words: str) -> Figures:
    meter = Meter(pids)
    said: dict[str, Any] = answer_of(module, *words)
    arrived: Figures = said["arrived"]
    costs = meter.figures(int(rate * (seconds + WARM_SECONDS)))
    return arrived | costs | {"rate": said["rate"], "missing": float(said["missing"])}


def _is_held(rate: int, figures: Mapping[str, float]) -> bool:
    return figures["rate"] >= rate * _HELD


def _by_rate(figures: dict[int, list[Figures]]) -> dict[int, dict[str, list[float]]]:
    return {rate: together(rounds) for rate, rounds in figures.items()}


def outcome_of(alone: dict[int, dict[str, list[float]]], door: dict[int, dict[str, list[float]]]) -> Outcome:
    judged = door.get(JUDGED)
    part = alone[JUDGED]
    whole = "the door does not hold it" if judged is None or not _holds(JUDGED, judged) else _times(judged)
    return Outcome(
        headline=f"at {JUDGED}/s from report to agency: {whole}; routing's part alone: {_times(part)}",
        met=judged is not None and _holds(JUDGED, judged) and _is_quick(judged),
        columns=("asked for", "reports/s", "p50 ms", "p99 ms", "max ms", "missing", *cost_columns(*_PROCESSES)),
        rows=(
            *(_row(f"through the door, {rate}/s", each) for rate, each in door.items()),
            *(_row(f"routing alone, {rate}/s", each) for rate, each in alone.items()),
        ),
        notes=(
            (
                "Through the door: from the answer 201 to the first task on an agency's topic. Rates above the "
                "first one that a single intake process does not hold are not tried."
            ),
            "Routing alone: reports are put on `intake.reports.v1` directly; from when each was due there.",
        ),
    )


def _holds(rate: int, figures: Mapping[str, list[float]]) -> bool:
    return min(figures["rate"]) >= rate * _HELD and not any(figures["missing"])


def _is_quick(figures: Mapping[str, list[float]]) -> bool:
    return max(figures["p50"]) <= P50_MS and max(figures["p99"]) <= P99_MS


def _times(figures: Mapping[str, list[float]]) -> str:
    return f"p50 {spread(figures.get('p50', ()))} ms, p99 {spread(figures.get('p99', ()))} ms"


def _row(name: str, figures: Mapping[str, list[float]]) -> tuple[str, ...]:
    keys = ("rate", "p50", "p99", "max", "missing")
    return (name, *(spread(figures.get(key, ())) for key in keys), *cost_cells(figures, *_PROCESSES))


MEASUREMENT = Measurement(
    name="latency",
    title="From accepted to the agency's topic",
    budget=f"p50 ≤ {P50_MS:.0f} ms and p99 ≤ {P99_MS:.0f} ms at {JUDGED}/s",
    run=measure,
)
