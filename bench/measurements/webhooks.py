"""One alert, signed, to all who subscribed a webhook, beside a bare aiohttp loop that calls as many."""

import asyncio
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from standardwebhooks import Webhook

from bench.callers import at_the_doors, sign_in
from bench.figures import percentile, ratio, spread, together
from bench.loads.receivers import SLOW_SECONDS
from bench.measurements.alerts import Press, said
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.places import HOME
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, answer_of, answers, place, running, until
from deploy.demo.doors import Answered, Doors
from deploy.demo.staff import ENGINEER
from deploy.embedded.pair import Pair
from deploy.embedded.ports import free_port
from shared.ids import new_id

SUBSCRIBERS = 200
SLOW = 20
BUDGET_SECONDS = 5.0
_WARM = 1
_SETTLED_WITHIN = 60.0
Call = tuple[str, float, dict[str, str], str]
Rounds = dict[str, list[float]]
_NOT_USED: Rounds = {f"{name} {what}": [] for name in ("mongod", "Kafka") for what in ("cpu", "MB")}


def measure(pair: Pair, size: Size) -> Outcome:
    ours = _ours(pair, size, slow=0)
    some_slow = _ours(pair, size, slow=SLOW)
    bare = _bare(size, int(ours["bytes"][-1]))
    return _outcome(ours, some_slow, bare)


def _ours(pair: Pair, size: Size, *, slow: int) -> Rounds:
    with place(pair, rate_limit_factor="0") as here, _receivers() as receivers:
        press, secrets = _subscribed(here, receivers.port, slow)
        rounds = []
        for number in range(_WARM + size.rounds):
            meter = Meter(here.pids("notifications"))
            asked_at = press.publish(f"{number}-")
            calls = receivers.calls()
            _require_signed(calls, secrets)
            rounds.append(_times(calls, asked_at) | meter.figures(SUBSCRIBERS))
            _until_settled(here)
    return together(rounds[_WARM:])


def _subscribed(here: Place, port: int, slow: int) -> tuple[Press, dict[str, str]]:
    """The press, and each subscriber's secret by its path."""
    here.services.start("routing", "notifications")
    engineer = sign_in(here, ENGINEER)
    paths = [f"/slow/{number}" if number < slow else f"/{number}" for number in range(SUBSCRIBERS)]

    async def subscribe(doors: Doors) -> list[Answered]:
        bodies = ({"label": path, "url": f"http://127.0.0.1:{port}{path}"} for path in paths)
        address = "/api/v1/subscriptions"
        return await asyncio.gather(
            *(doors.post("notifications", address, body, engineer, key=new_id()) for body in bodies)
        )

    press, made = Press.signed_in(here), at_the_doors(here, subscribe)
    here.services["routing"].stop()
    return press, {path: each.body["secret"] for path, each in zip(paths, made, strict=True)}


def _bare(size: Size, length: int) -> Rounds:
    rounds = []
    with _receivers() as receivers:
        for _ in range(_WARM + size.rounds):
            called = answer_of("bench.peers.bare_webhooks", str(receivers.port), str(SUBSCRIBERS), str(length))
            costs_of_it = {"notifications cpu": called["cpu"] * 1e6 / SUBSCRIBERS, "notifications MB": called["MB"]}
            rounds.append(_times(receivers.calls(), called["began"]) | costs_of_it)
    return together(rounds[_WARM:]) | _NOT_USED


@dataclass(frozen=True, slots=True)
class _Receivers:
    """Subscribers that listen on one port."""

    port: int
    process: "subprocess.Popen[str]"
    file: Path

    def calls(self) -> list[Call]:
        """The calls to all of them, once all have been called."""
        said(self.process)
        return [tuple(each) for each in json.loads(self.file.read_text(encoding="utf-8"))]


@contextmanager
def _receivers() -> Iterator[_Receivers]:
    port = free_port()
    with TemporaryDirectory(dir=HOME) as folder:
        file = Path(folder) / "calls.json"
        with running("bench.loads.receivers", str(port), str(SUBSCRIBERS), str(file)) as process:
            until(lambda: answers(port), within=60)
            yield _Receivers(port, process, file)


def _times(calls: Sequence[Call], asked_at: float) -> dict[str, float]:
    """Seconds until the first, half of and the last of the subscribers had been called."""
    after = [at - asked_at for _, at, _, _ in calls]
    half, length = percentile(after, 0.5), len(calls[0][3].encode())
    return {"first": min(after), "half": half, "last": max(after), "bytes": float(length)}


def _require_signed(calls: Sequence[Call], secrets: Mapping[str, str]) -> None:
    """Each subscriber was called once, with a signature of its own that fits.

    Raises:
        WebhookVerificationError: a signature does not.
        RuntimeError: a subscriber was called twice and another not at all.
    """
    for path, _, headers, body in calls:
        Webhook(secrets[path]).verify(body, headers)
    if {call[0] for call in calls} != set(secrets):
        raise RuntimeError("not every subscriber was called")


def _until_settled(here: Place) -> None:
    """Slow ones have answered, and every outcome is written."""
    deliveries: Any = here.mongo[here.settings.database_of("notifications")].deliveries
    until(lambda: not deliveries.count_documents({"state.status": "waiting"}), within=_SETTLED_WITHIN)


def _outcome(ours: Rounds, some_slow: Rounds, bare: Rounds) -> Outcome:
    times, held_up = ratio(ours["last"], bare["last"]), ratio(some_slow["last"], ours["last"])
    worst = max(median(ours["last"]), median(some_slow["last"]))
    return Outcome(
        headline=f"{spread(ours['last'])} s until the last of {SUBSCRIBERS} has it, {times:.1f} × a bare loop; "
        f"{held_up:.1f} × that while {SLOW} of them are slow",
        met=worst <= BUDGET_SECONDS,
        columns=("", "first s", "half s", "last s", "bytes each", *COST),
        rows=(
            _row("Hải Vân notifications", ours),
            _row(f"the same, {SLOW} answer after {SLOW_SECONDS:.0f} s", some_slow),
            _row("bare aiohttp loop", bare),
        ),
        notes=NOTES,
    )


def _row(name: str, figures: Rounds) -> tuple[str, ...]:
    timed = (spread(figures[key]) for key in ("first", "half", "last", "bytes"))
    return (name, *timed, *costs("notifications", figures))


NOTES = (
    (
        "From the request that publishes the alert until the subscribers have been called; each call has a signature "
        "of its own (Standard Webhooks), which is verified afterwards. CPU is per 1,000 calls."
    ),
    (
        "Ours goes by Kafka: the alert's event becomes a delivery for each subscriber, each is claimed with a lease, "
        "the attempt written before the call and its outcome after it. The bare loop writes nothing and asks nobody."
    ),
)

MEASUREMENT = Measurement(
    name="webhooks",
    title="An alert to all webhooks",
    budget=f"{SUBSCRIBERS} subscribers ≤ {BUDGET_SECONDS:.0f} s, and slow ones delay nobody",
    run=measure,
)
