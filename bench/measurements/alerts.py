"""One alert to all screens that are open, beside a bare ASGI stream with the same frame."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from bench.callers import ask, post, sign_in
from bench.figures import number, ratio, spread, together
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, answers, place, running, until
from deploy.demo.doors import Caller
from deploy.embedded.pair import Pair
from deploy.embedded.ports import free_port
from shared.clock import now
from shared.ids import new_id

BUDGET_SECONDS = 5.0
_SCREENS: Mapping[str, tuple[int, ...]] = {"smoke": (20, 100), "small": (1_000, 10_000), "full": (1_000, 10_000)}
_WARM = 1
"""Alerts before those that are measured: templates and code paths are met for the first time."""
Figures = dict[str, float]
Rounds = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Press:
    """Who writes alerts, and who lets them out."""

    here: Place
    drafts: Caller
    approves: Caller

    @classmethod
    def signed_in(cls, here: Place) -> "Press":
        """Begin both sessions at routing, which must run until notifications know the accounts."""
        drafts, approves = sign_in(here, "bao-chi"), sign_in(here, "ban-chi-dao")
        ask(here, "notifications", "/api/v1/alerts", draft("–"), drafts)
        return cls(here, drafts, approves)

    def publish(self, marker: str) -> float:
        """Let an alert out that has this marker in its headline; when that was asked for (monotonic)."""
        alert_id = new_id()
        ask(self.here, "notifications", "/api/v1/alerts", draft(marker), self.drafts, key=alert_id)
        url = self.here.services["notifications"].url
        return post(f"{url}/api/v1/alerts/{alert_id}:publish", b"{}", {"Origin": url, **self.approves.headers})


def draft(marker: str) -> dict[str, str]:
    """A short alert for the whole province."""
    ends = (now() + timedelta(days=1)).isoformat(timespec="milliseconds")
    return {"headline_vi": f"Mưa lớn {marker}", "text_vi": "Ở nhà.", "severity": "severe", "expires_at": ends}


def measure(pair: Pair, size: Size) -> Outcome:
    counts = _SCREENS[size.name]
    with place(pair, rate_limit_factor="0") as here:
        here.services.start("routing", "notifications")
        press = Press.signed_in(here)
        here.services["routing"].stop()  # it takes nothing from what is measured
        ours = {count: _ours(press, count, size) for count in counts}
    bare = {count: _bare(pair, count, size, int(ours[count]["bytes"][-1])) for count in counts}
    return _outcome(ours, bare)


def _ours(press: Press, count: int, size: Size) -> Rounds:
    """Of a service that has just started, so that its peak memory is that of these screens."""
    service = press.here.services["notifications"]
    service.stop()
    service.start()
    markers = [f"{count}-{round_}-" for round_ in range(_WARM + size.rounds)]
    with _screens(f"{service.url}/alerts/stream", count, markers) as screens:
        pids = press.here.pids("notifications")
        rounds = [_told(screens, pids, count, partial(press.publish, marker)) for marker in markers]
    return together(rounds[_WARM:])


def _bare(pair: Pair, count: int, size: Size, length: int) -> Rounds:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    markers = [f"{count}-{round_}-" for round_ in range(_WARM + size.rounds)]
    frames = [f"data: {marker}{'x' * (length - len(marker) - 8)}\n\n".encode() for marker in markers]
    with running("bench.peers.bare_stream", str(port)) as server:
        until(lambda: answers(port), within=60)
        with _screens(url, count, markers) as screens:
            pids = {"notifications": server.pid, "mongod": pair.mongod_pid, "Kafka": pair.kafka_pid}
            rounds = [_told(screens, pids, count, partial(post, url, frame, {})) for frame in frames]
    return together(rounds[_WARM:])


@contextmanager
def _screens(url: str, count: int, markers: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """So many screens, all of them open."""
    with running("bench.loads.listeners", url, str(count), *markers) as screens:
        said(screens)
        yield screens


def _told(
    screens: "subprocess.Popen[str]", pids: Mapping[str, int], count: int, publish: Callable[[], float]
) -> Figures:
    """Seconds from the request that published it until it had come in; costs per 1,000 screens."""
    meter = Meter(pids)
    asked_at = publish()
    heard = said(screens)
    times = {name: heard[name] - asked_at for name in ("first", "half", "last")}
    return times | {"bytes": heard["bytes"]} | meter.figures(count)


def said(process: "subprocess.Popen[str]") -> Any:
    """The next line of what a load says, which is JSON.

    Raises:
        RuntimeError: it has ended; its log is in `.bench/logs`.
    """
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} has ended; see .bench/logs")
    return json.loads(line)


def _outcome(ours: Mapping[int, Rounds], bare: Mapping[int, Rounds]) -> Outcome:
    most = max(ours)
    times = ratio(ours[most]["last"], bare[most]["last"])
    rows = [
        row
        for count in ours
        for row in (_row("Hải Vân notifications", count, ours[count]), _row("bare ASGI stream", count, bare[count]))
    ]
    return Outcome(
        headline=f"{spread(ours[most]['last'])} s until the last of {most:,} screens has it, {times:.1f} × a bare "
        f"stream; at its peak the service takes {number(max(ours[most]['notifications MB']))} MB",
        met=median(ours[most]["last"]) <= BUDGET_SECONDS,
        columns=("", "screens", "first s", "half s", "last s", "bytes each", *COST),
        rows=tuple(rows),
        notes=NOTES,
    )


def _row(name: str, count: int, figures: Rounds) -> tuple[str, ...]:
    timed = (spread(figures[key]) for key in ("first", "half", "last"))
    return (name, f"{count:,}", *timed, number(median(figures["bytes"])), *costs("notifications", figures))


NOTES = (
    (
        "From the request that publishes the alert until its message has wholly come in at the first, half of and "
        "the last of the screens; one process, on the same two cores, holds them all. CPU is per 1,000 screens."
    ),
    (
        "Ours is written durably, heard through the store's change stream, rendered once per language and sent; each "
        "new screen first gets the present state. The bare stream sends what is posted to it, as many bytes as ours."
    ),
    "The service starts anew for each number of screens, so that its peak memory is theirs.",
)

MEASUREMENT = Measurement(
    name="alerts",
    title="An alert on every open screen",
    budget=f"10,000 screens ≤ {BUDGET_SECONDS:.0f} s",
    run=measure,
)
