"""The verdict on a pass, at a steady rate, as the watch list grows: is it quick, flat and right?"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from bench.callers import ask, headers_at, sign_in
from bench.documents import insert, require_same_form
from bench.figures import number, spread, together
from bench.loads.steady import WARM_SECONDS
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.sections import Measurement, Outcome, Size
from bench.sought import HITS, PERMITS, entries, passes, permits, sought
from bench.stage import Place, answer_of, place, until
from deploy.demo.doors import Caller
from deploy.embedded.pair import Pair
from services.checkpoints.app import permit_desk, watch_desk
from services.checkpoints.permits.desk import PermitDesk
from services.checkpoints.watchlist.desk import WatchDesk
from shared.clock import now
from shared.ids import new_id
from shared.runtime import Runtime

RATE = 200
BUDGET_MS = 25.0
FLAT = 1.5
"""How many times the shortest list's median the longest one's may be."""
_LISTS: Mapping[str, tuple[int, ...]] = {
    "smoke": (1_000, 2_000),
    "small": (10_000, 100_000),
    "full": (10_000, 100_000, 1_000_000),
}
_PUBLISHED_WITHIN = 60.0
_OTHERS = ("near", "stranger")
Figures = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class _Checkpoints:
    """The service that is measured, and its own code for what is put into its store."""

    here: Place
    permits: PermitDesk
    watch: WatchDesk
    sealed: Mapping[str, bytes]
    phone: Mapping[str, str]

    @property
    def database(self) -> Any:
        return self.here.mongo[self.here.settings.database_of("checkpoints")]


def measure(pair: Pair, size: Size) -> Outcome:
    lists = _LISTS[size.name]
    with place(pair, rate_limit_factor="0") as here:
        measured = _begin(here)
        figures: dict[int, Figures] = {}
        for before, listed in pairwise((0, *lists)):
            insert(measured.database.watchlist, entries(measured.watch, before, listed, measured.sealed))
            figures[listed] = _figures(measured, listed, size)
    return _outcome(figures)


def _begin(here: Place) -> _Checkpoints:
    """Routing runs only until the post's officer has signed in."""
    here.services.start("routing", "checkpoints")
    phone, police = sign_in(here, "chot-hai-van"), sign_in(here, "cong-an")
    ask(here, "checkpoints", "/api/v1/passes", {"direction": "leave", "people": 1}, phone)
    here.services["routing"].stop()
    runtime = Runtime("checkpoints", here.settings)
    watch, desk = watch_desk(runtime), permit_desk(runtime)
    sealed = asyncio.run(watch.vault.seal(new_id(), {"value": sought(0).value}))
    identity = {name: bytes(value) for name, value in sealed.items()}
    made = _Checkpoints(here, desk, watch, identity, headers_at(here, "checkpoints", phone))
    insert(made.database.permits, permits(desk, identity))
    _require_own_form(made, police)
    return made


def _require_own_form(measured: _Checkpoints, police: Caller) -> None:
    """One entry goes in by the door: those made in bulk look the same."""
    entry_id, command = new_id(), sought(0)
    ask(measured.here, "checkpoints", "/api/v1/watchlist", command.model_dump(mode="json"), police, key=entry_id)
    ours, theirs = next(entries(measured.watch, 0, 1, measured.sealed)), {"_id": entry_id, "pending": []}
    until(lambda: measured.database.watchlist.count_documents(theirs) > 0, within=_PUBLISHED_WITHIN)
    require_same_form(ours, measured.database.watchlist.find_one(theirs))


def _figures(measured: _Checkpoints, listed: int, size: Size) -> Figures:
    """Of a service that has just started, so that its peak memory is that of this list."""
    here, service = measured.here, measured.here.services["checkpoints"]
    here.mongo.admin.command("fsync")
    service.stop()
    service.start()
    count = int(RATE * (size.seconds + WARM_SECONDS))
    began, rounds = now(), []
    for round_ in range(size.rounds):
        file = here.folder / f"passes-{listed}-{round_}.jsonl"
        told = passes(count, listed, measured.permits, seed=listed + round_)
        file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told), encoding="utf-8")
        meter = Meter(here.pids("checkpoints"))
        said = answer_of(
            "bench.loads.http_load",
            f"{service.url}/api/v1/passes",
            *(str(RATE), str(size.seconds), str(file), "--headers", json.dumps(measured.phone)),
        )
        refused = float(count - said["statuses"].get("201", 0))
        rounds.append(said["answer"] | meter.figures(count) | {"rate": said["rate"], "refused": refused})
    return together(rounds) | _found(measured.database, began) | _sizes(measured.database)


def _found(database: Any, since: datetime) -> Figures:
    """Of each kind of pass the share, in per cent, that was a hit on the watch list."""
    is_hit = {"$cond": [{"$gt": [{"$size": "$state.hits"}, 0]}, 100, 0]}
    groups = database.passes.aggregate(
        [
            {"$match": {"state.recorded_at": {"$gte": since}}},
            {"$group": {"_id": "$state.device", "share": {"$avg": is_hit}}},
        ]
    )
    return {f"hits {each['_id']}": [float(each["share"])] for each in groups}


def _sizes(database: Any) -> Figures:
    found = database.command("collStats", "watchlist")
    return {"documents MB": [found["size"] / 2**20], "indexes MB": [found["totalIndexSize"] / 2**20]}


def _outcome(figures: Mapping[int, Figures]) -> Outcome:
    p99 = {listed: median(each["p99"]) for listed, each in figures.items()}
    growth = _growth([each["p50"] for each in figures.values()])
    missed = [f"{kind} at {listed:,}" for listed, each in figures.items() for kind in HITS if not _all(each, kind)]
    is_complete = not missed and not any(sum(each["refused"]) for each in figures.values())
    worst = max(p99, key=p99.__getitem__)
    flat = f"{growth:.2f} × the median from {min(figures):,} to {max(figures):,} entries"
    wrong = f"; hits missed: {', '.join(missed)}" if missed else ""
    return Outcome(
        headline=f"p99 {number(p99[worst])} ms at {RATE}/s and {worst:,} entries, {flat}{wrong}",
        met=p99[worst] <= BUDGET_MS and growth <= FLAT and is_complete,
        columns=(
            "entries",
            *("verdicts/s", "p50 ms", "p99 ms", "max ms", "not 201"),
            *("hits found %", "others hit %", "list MB", "its indexes MB"),
            *COST,
        ),
        rows=tuple(_row(listed, each) for listed, each in figures.items()),
        notes=NOTES,
    )


def _growth(medians: list[list[float]]) -> float:
    """How many times the first list's median the last one's is."""
    return median(medians[-1]) / median(medians[0])


def _all(figures: Figures, kind: str) -> bool:
    return figures.get(f"hits {kind}", [100.0]) == [100.0]


def _row(listed: int, figures: Figures) -> tuple[str, ...]:
    timed = ("rate", "p50", "p99", "max", "refused")
    hits = " / ".join(number(*figures.get(f"hits {kind}", [0.0])) for kind in HITS)
    others = " / ".join(number(*figures.get(f"hits {kind}", [0.0])) for kind in _OTHERS)
    sizes = (spread(figures["documents MB"]), spread(figures["indexes MB"]))
    return (f"{listed:,}", *(spread(figures[key]) for key in timed), hits, others, *sizes, *_costs(figures))


def _costs(figures: Figures) -> tuple[str, ...]:
    return costs("checkpoints", figures)


NOTES = (
    (
        f"`POST /api/v1/passes` as a post's phone sends it: judged by permit ({PERMITS:,} of them), watch list and "
        "areas, recorded durably with its events, then answered. Each pass names one person with identity number and "
        "phone."
    ),
    (
        "Of ten entries four are plates, three identity numbers, two phones, one a name; of a hundred passes one is "
        "a listed plate, one a listed number, one a listed name without marks, turned round or with a slip (hits "
        "found, in this order), two a listed name with two slips, the others strangers (others hit: they share a "
        "name, as more of them do here than in life). Each hit raises a flag, which costs as well."
    ),
    (
        "The entries are made by the service's own code; only the sealed value, which no verdict opens, is the same "
        "in all. The service starts anew for each length of the list, so that its peak memory is that list's."
    ),
)

MEASUREMENT = Measurement(
    name="verdict",
    title="The verdict on a pass at a post",
    budget=f"p99 ≤ {BUDGET_MS:.0f} ms at {RATE}/s, flat from 10,000 to 1,000,000 entries",
    run=measure,
)
