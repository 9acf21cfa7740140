"""Report, triage, store, agency's topic: the routing service, a bare loop and the peers on the same reports."""

import subprocess
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.figures import ratio, spread, together
from bench.jvm import java_command
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.places import HERE
from bench.reports import fill
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, place, running, running_command, until
from bench.topics import Progress
from deploy.embedded.pair import Pair

BUDGET = 0.6
_WARM_SHARE = 0.1
_WITHIN = 240.0
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Contender:
    """Who does the job.

    Attributes:
        name: in the table.
        module: of `bench.peers`, or a class of `bench/peers/java`; empty for our own routing service.
        share: of the reports that it is given; those that go one by one get few.
        commits: whether its offsets are awaited, last of all.
        is_java: whether `module` is a class.
        is_peer: whether it is something that others could use instead, so that we want to be ahead of it.
    """

    name: str
    module: str = ""
    share: float = 1.0
    commits: bool = False
    is_java: bool = False
    is_peer: bool = True


OURS = Contender("Hải Vân routing", share=0.4, commits=True, is_peer=False)
BARE = Contender("bare loop, no logic (confluent-kafka)", "bare_loop", commits=True, is_peer=False)
READS = Contender("bare loop with our triage in it", "bare_triage", share=0.4, commits=True, is_peer=False)
CONTENDERS = (
    BARE,
    READS,
    OURS,
    Contender("Kafka Streams (Java), writes in bulk", "ReportsFlow", commits=True, is_java=True),
    Contender("Bytewax", "bytewax_flow"),
    Contender("Quix Streams", "quix"),
    Contender("FastStream, batches as documented", "faststream_batch", share=0.5, commits=True),
    Contender("Faust, batches", "faust_app", share=0.5),
    Contender("FastStream, one by one as its tutorial", "faststream_tutorial", share=0.05, commits=True),
)


def measure(pair: Pair, size: Size) -> Outcome:
    rounds = [_round(pair, size) for _ in range(size.rounds)]
    return outcome_of({each.name: together([one[each.name] for one in rounds]) for each in CONTENDERS})


def _round(pair: Pair, size: Size) -> dict[str, Figures]:
    """Everybody once, one after the other, on the reports of one topic."""
    with place(pair) as here:
        here.topics()
        fill(here.bootstrap, here.prefix, size.events)
        with Progress(here.bootstrap, here.agencies_topics()) as progress:
            return {each.name: _run(each, here, progress, round(size.events * each.share)) for each in CONTENDERS}


def _run(contender: Contender, here: Place, progress: Progress, events: int) -> Figures:
    before = progress.records()
    if not contender.module:
        here.services["routing"].begin()
        pids = here.pids("routing")
        figures = _timed(_Watched(here, "routing", "routing.cases", progress, before), pids, events, commits=True)
        here.services["routing"].stop()
        return figures
    group = f"bench.{contender.module}"
    with _started(contender, here, group) as peer:
        watched = _Watched(here, contender.module, group, progress, before)
        return _timed(watched, here.pids() | {"routing": peer.pid}, events, commits=contender.commits)


def _started(contender: Contender, here: Place, group: str) -> AbstractContextManager[subprocess.Popen[str]]:
    database = f"{here.settings.database_prefix}_{contender.module}"
    words = (here.bootstrap, here.mongo_url, here.prefix, database, here.prefix + group)
    if contender.is_java:
        rules = HERE / "peers" / "rules.tsv"
        command = [*java_command(contender.module), *words, str(rules), str(here.folder / "streams")]
        return running_command(contender.module, command)
    return running(f"bench.peers.{contender.module}", *words)


@dataclass(frozen=True, slots=True)
class _Watched:
    """How far a contender has come."""

    here: Place
    database: str
    group: str
    progress: Progress
    records_before: int

    def stored(self) -> int:
        database = self.here.mongo[f"{self.here.settings.database_prefix}_{self.database}"]
        return database["cases"].estimated_document_count()

    def is_done(self, events: int, *, commits: bool) -> bool:
        if self.stored() < events or self.progress.records() - self.records_before < events:
            return False
        return not commits or self.progress.committed(self.here.prefix + self.group) >= events


def _timed(watched: _Watched, pids: dict[str, int], events: int, *, commits: bool) -> Figures:
    """From the first tenth, by when everybody has warmed up, to the last report."""
    began = until(lambda: watched.stored() >= events * _WARM_SHARE, within=_WITHIN)
    meter, already = Meter(pids), watched.stored()
    began = time.monotonic()
    ended = until(lambda: watched.is_done(events, commits=commits), within=_WITHIN)
    done = max(1, events - already)
    return {"rate": done / (ended - began)} | meter.figures(done)


def outcome_of(figures: dict[str, dict[str, list[float]]]) -> Outcome:
    bare, ours = figures[BARE.name]["rate"], figures[OURS.name]["rate"]
    of_bare = ratio(ours, bare)
    of_reading = ratio(ours, figures[READS.name]["rate"])
    behind = [each.name for each in CONTENDERS if each.is_peer and _leads(figures[each.name], ours)]
    ahead = "ahead of every peer" if not behind else f"behind {' and '.join(behind)}"
    rows = [_row(name, each, bare) for name, each in figures.items()]
    return Outcome(
        headline=f"{of_bare:.2f} of the bare loop, {of_reading:.2f} of it with our triage in it, {ahead}; "
        f"{spread(ours)} reports/s",
        met=of_bare >= BUDGET and not behind,
        columns=("", "of the bare loop", "reports/s", *COST),
        rows=tuple(rows),
        notes=NOTES,
    )


NOTES = (
    (
        "600 bytes of Vietnamese a report, one worker each; timed from the first tenth, when everybody has warmed "
        "up, to the last case stored, task on the topic and – where offsets are committed by hand – offset "
        "committed."
    ),
    (
        "Peers validate, read by 31 regular expressions without marks, upsert with majority and journal, and "
        "produce with `acks=all`. Ours reads by the whole of `profiles/hue/triage` and sends a task to each "
        "agency that must act."
    ),
    (
        "Not waited for, in their favour: the commits of Quix Streams and Faust, which come in intervals; Bytewax "
        "commits nothing to Kafka. Those that go one by one are given fewer reports."
    ),
)


def _leads(theirs: dict[str, list[float]], ours: Sequence[float]) -> bool:
    return ratio(ours, theirs["rate"]) < 1


def _row(name: str, figures: dict[str, list[float]], bare: Sequence[float]) -> tuple[str, ...]:
    return (name, f"{ratio(figures['rate'], bare):.2f}", spread(figures["rate"]), *costs("routing", figures))


MEASUREMENT = Measurement(
    name="pipeline",
    title="A report triaged, stored and handed to its agencies",
    budget=f"≥ {BUDGET} of the bare loop and ahead of every peer",
    run=measure,
)
