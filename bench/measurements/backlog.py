"""Reports that wait while routing is away: how long until they are drained once it is back."""

import time

from bench.figures import number, spread, together
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.reports import fill
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, place, until
from bench.topics import Progress
from deploy.embedded.pair import Pair

REPORTS = 100_000
BUDGET_SECONDS = 12.0
GROUP = "routing.cases"
_WITHIN = 900.0
_SHARE = {"full": REPORTS, "small": 20_000}
Figures = dict[str, float]


def measure(pair: Pair, size: Size) -> Outcome:
    count = _SHARE.get(size.name, size.events)
    with place(pair) as here:
        here.topics()
        fill(here.bootstrap, here.prefix, count)
        with Progress(here.bootstrap, here.agencies_topics()) as progress:
            return outcome_of(count, _drained(here, progress, count))


def _drained(here: Place, progress: Progress, count: int) -> Figures:
    """From the start of the process to the last offset committed, which comes after the last task's record."""
    cases = here.mongo[f"{here.settings.database_prefix}_routing"]["cases"]
    began = time.monotonic()
    here.services["routing"].begin()
    meter = Meter(here.pids("routing"))
    first = until(lambda: cases.estimated_document_count() > 0, within=_WITHIN)
    ended = until(lambda: progress.committed(here.prefix + GROUP) >= count, within=_WITHIN)
    assert cases.count_documents({}) == count, "every report has its case, once"
    return meter.figures(count) | {"seconds": ended - began, "start": first - began, "rate": count / (ended - first)}


def outcome_of(count: int, figures: Figures) -> Outcome:
    all_of_them = figures["start"] + REPORTS / figures["rate"]
    measured = "" if count == REPORTS else f", by {count:,} that took {number(figures['seconds'])} s"
    shown = together([figures])
    return Outcome(
        headline=f"{REPORTS:,} reports drained in {number(all_of_them)} s{measured}",
        met=all_of_them <= BUDGET_SECONDS,
        columns=("", "seconds", "until the first case", "reports/s from then on", *COST),
        rows=(
            (
                f"{count:,} reports",
                *(spread(shown[key]) for key in ("seconds", "start", "rate")),
                *costs("routing", shown),
            ),
        ),
        notes=(
            (
                "From the start of the process – Python, packages, triage's rules – to the last offset committed, "
                "when each report has its case and its tasks are on the agencies' topics. One process; six can "
                "share the topic."
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="backlog",
    title=f"A backlog of {REPORTS:,} reports",
    budget=f"drained within {BUDGET_SECONDS:.0f} s",
    run=measure,
)
