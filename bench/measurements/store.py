"""Routing's store as it grows: does taking in, a queue, a search or a step get slower with a million cases?"""

import contextlib
import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from bench.callers import headers_at, sign_in
from bench.cases import Cases
from bench.documents import insert, require_same_form
from bench.figures import number, percentile
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.reports import fill
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, place, until
from bench.topics import Progress
from deploy.embedded.pair import Pair
from shared.clock import now
from shared.http import encode_cursor
from shared.ids import new_id
from shared.runtime import Runtime

FLAT = 1.5
"""How many times the smallest store's median the largest one's may be."""
_NOISE_MS = 5.0
"""What no person notices, and a busy machine makes by itself, is no growth."""
_STORES: Mapping[str, tuple[int, ...]] = {
    "smoke": (1_000, 2_000),
    "small": (10_000, 100_000),
    "full": (10_000, 100_000, 1_000_000),
}
_ASKED: Mapping[str, int] = {"smoke": 5, "small": 40, "full": 200}
_WARM = 3
_FIRST_NEW = 2_000_000
"""The number of the first report that is taken in while it is measured."""
_WITHIN = 240.0
_GROUP = "routing.cases"
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Door:
    """Something people do with the store.

    Attributes:
        name: in the table.
        account: who does it.
        path: where; `{cursor}` is a place in the middle of the store, `{case}` and `{task}` are ids of one in it.
        method: GET or POST.
    """

    name: str
    account: str
    path: str
    method: str = "GET"


TAKING_IN = "new reports taken in"
OFFICER, DISPATCHER = "cdc", "dieu-phoi"
DOORS = (
    Door("the agency's inbox, a page", OFFICER, "/inbox"),
    Door("its work that is done, a page", OFFICER, "/inbox?show=ended"),
    Door("the board, a page with its figures", DISPATCHER, "/board"),
    Door("the board, what is overdue", DISPATCHER, "/board?attention=overdue"),
    Door("search: ward, urgency and category", DISPATCHER, "/board?ward=vy-da&urgency=high&category=violation"),
    Door(
        "search: an agency's cases in a ward that are closed",
        DISPATCHER,
        "/board?agency=cdc&ward=vy-da&status=closed",
    ),
    Door("the list over HTTP, newest", OFFICER, "/api/v1/cases?size=50"),
    Door("the list over HTTP, from the middle", OFFICER, "/api/v1/cases?size=50&cursor={cursor}"),
    Door("one case over HTTP", OFFICER, "/api/v1/cases/{case}"),
    Door("a task acknowledged", OFFICER, "/api/v1/tasks/{task}:acknowledge", method="POST"),
)


@dataclass(frozen=True, slots=True)
class _Routing:
    """The service that is measured, and its own code for what is put into its store."""

    here: Place
    cases: Cases
    headers: Mapping[str, Mapping[str, str]]

    @property
    def store(self) -> Any:
        return self.here.mongo[self.here.settings.database_of("routing")].cases


def measure(pair: Pair, size: Size) -> Outcome:
    with place(pair, rate_limit_factor="0") as here:
        routing = _begin(here)
        figures: dict[int, dict[str, Figures]] = {}
        stores = _STORES[size.name]
        for before, held in pairwise((0, *stores)):
            insert(routing.store, routing.cases.between(before, held))
            figures[held] = _figures(routing, before, size, left=len(stores) - len(figures))
    return _outcome(figures)


def _begin(here: Place) -> _Routing:
    """Everybody signs in; then routing waits until its store is filled."""
    here.topics()
    here.services.start("routing")
    headers = {account: headers_at(here, "routing", sign_in(here, account)) for account in (OFFICER, DISPATCHER)}
    here.services["routing"].stop()
    return _Routing(here, Cases(Runtime("routing", here.settings), now()), headers)


def _figures(routing: _Routing, before: int, size: Size, left: int) -> dict[str, Figures]:
    """Of a service that has just started, so that its peak memory is this store's; `left` are to be measured."""
    here, began = routing.here, now()
    here.mongo.admin.command("fsync")
    figures = {TAKING_IN: _taken_in(routing, _FIRST_NEW + before, size.events)}
    here.services["routing"].await_ready()
    require_same_form(*_one_of_each(routing, began))
    routing.store.delete_many({"created_at": {"$gte": began}})
    places = _places(routing, _ASKED[size.name], left)
    for door in DOORS:
        figures[door.name] = _asked(routing, door, places, _ASKED[size.name])
    here.services["routing"].stop()
    return figures


def _taken_in(routing: _Routing, first: int, count: int) -> Figures:
    """New reports a second, from the first tenth, by when the service has warmed up, to the last offset committed."""
    here, held = routing.here, routing.store.estimated_document_count()
    fill(here.bootstrap, here.prefix, count, first)
    with Progress(here.bootstrap, here.agencies_topics()) as progress:
        commits = progress.committed(here.prefix + _GROUP)
        here.services["routing"].begin()

        def has_come(share: float) -> bool:
            return bool(routing.store.estimated_document_count() >= held + count * share)

        until(lambda: has_come(0.1), within=_WITHIN)
        meter, already = Meter(here.pids("routing")), routing.store.estimated_document_count() - held
        began = time.monotonic()
        ended = until(
            lambda: has_come(1) and progress.committed(here.prefix + _GROUP) >= commits + count, within=_WITHIN
        )
    done = max(1, count - already)
    return {"rate": done / (ended - began)} | meter.figures(done)


def _one_of_each(routing: _Routing, began: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case made in bulk that nobody has touched, and one that routing has opened."""
    untouched = {"fact_said_again": {"$exists": False}}
    ours = routing.store.find_one(untouched | {"created_at": {"$lt": began}})
    return ours, routing.store.find_one(untouched | {"created_at": {"$gte": began}})


def _places(routing: _Routing, count: int, left: int) -> dict[str, list[str]]:
    """Ids of cases and of tasks to be acknowledged (larger stores need some, too), and a cursor in the middle."""
    mine = {"agency": OFFICER, "status": "assigned"}
    unacknowledged = {"state.tasks": {"$elemMatch": mine}}
    share = routing.store.count_documents(unacknowledged) // left
    waiting = list(routing.store.find(unacknowledged).limit(max(_WARM + 1, min(count + _WARM, share))))
    tasks = [task["id"] for case in waiting for task in case["state"]["tasks"] if task.items() >= mine.items()]
    known = routing.store.find({"state.tasks.agency": OFFICER}, {"_id": 1}).limit(count + _WARM)
    half = routing.store.estimated_document_count() // 2
    middle = next(routing.store.find({}, {"state.opened_at": 1}).sort("state.opened_at", -1).skip(half).limit(1))
    cursor = encode_cursor(middle["state"]["opened_at"].replace(tzinfo=UTC).isoformat(), middle["_id"])
    return {"task": tasks, "case": [each["_id"] for each in known], "cursor": [cursor]}


def _asked(routing: _Routing, door: Door, places: Mapping[str, Sequence[str]], count: int) -> Figures:
    """One request after the other, as one person at a desk makes them."""
    service = routing.here.services["routing"]
    headers = {"Host": f"localhost:{service.port}", **routing.headers[door.account]}
    paths = paths_of(door, places, _WARM + count)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)) as connection:
        for path in paths[:_WARM]:
            _seconds(connection, door.method, path, headers)
        meter = Meter(routing.here.pids("routing"))
        taken = [_seconds(connection, door.method, path, headers) * 1000 for path in paths[_WARM:]]
    return {"p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99)} | meter.figures(len(taken))


def paths_of(door: Door, places: Mapping[str, Sequence[str]], count: int) -> list[str]:
    """The addresses that are asked for; a task is acknowledged once."""
    most = len(places["task"]) if "{task}" in door.path else count
    return [
        door.path.format_map({name: values[number % len(values)] for name, values in places.items()})
        for number in range(min(count, most))
    ]


def _seconds(connection: http.client.HTTPConnection, method: str, path: str, headers: Mapping[str, str]) -> float:
    """How long an answer took.

    Raises:
        RuntimeError: it was not 200.
    """
    began = time.perf_counter()
    connection.request(
        method, path, headers={**headers, "Idempotency-Key": new_id()} if method == "POST" else headers
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} said {answer.status}")
    return time.perf_counter() - began


def grown(first: Figures, last: Figures) -> float:
    """How many times slower it has become from the smallest to the largest store; 1 within what nobody notices."""
    if "rate" in first:
        return first["rate"] / last["rate"]
    return last["p50"] / first["p50"] if last["p50"] - first["p50"] > _NOISE_MS else 1.0


def _outcome(figures: Mapping[int, Mapping[str, Figures]]) -> Outcome:
    smallest, largest = figures[min(figures)], figures[max(figures)]
    times = {name: grown(smallest[name], largest[name]) for name in smallest}
    slower = [f"{name} ({each:.1f} ×)" for name, each in times.items() if each > FLAT]
    return Outcome(
        headline=f"From {min(figures):,} to {max(figures):,} cases "
        + (f"these get slower: {'; '.join(slower)}" if slower else "nothing gets slower"),
        met=not slower,
        columns=("", *(f"{held:,} cases" for held in figures), "× slower", *COST),
        rows=tuple(_row(name, [each[name] for each in figures.values()], times[name]) for name in smallest),
        notes=NOTES,
    )


def _row(name: str, figures: Sequence[Figures], times: float) -> tuple[str, ...]:
    cells = (
        f"{number(each['rate'])}/s" if "rate" in each else f"{number(each['p50'])} / {number(each['p99'])} ms"
        for each in figures
    )
    return (name, *cells, f"{times:.2f}", *costs("routing", {key: [value] for key, value in figures[-1].items()}))


NOTES = (
    (
        "Cells are p50 / p99 of requests made one after the other; taking in is timed as the pipeline is. Costs are "
        "those of the largest store, per 1,000 requests or reports. Growth below "
        f"{_NOISE_MS:.0f} ms counts as none."
    ),
    (
        "The cases are made by routing's own code from 1,000 reports, and copied with other ids and times: one every "
        "8 seconds into the past. Of the newest 10,000 every tenth waits to be acknowledged and every tenth is being "
        "worked on; all older ones are resolved. What was taken in is taken out again before the rest is measured."
    ),
    "The service starts anew for each size, so that its peak memory is that store's.",
)

MEASUREMENT = Measurement(
    name="store",
    title="A store of many cases",
    budget=f"nothing gets {FLAT} × slower from 10,000 to 1,000,000 cases",
    run=measure,
)
