"""HTTP: a report accepted durably, beside a bare Starlette endpoint with the same write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import ratio, spread, together
from bench.measurements.costs import COST, costs
from bench.meter import Meter
from bench.reports import bodies
from bench.sections import Measurement, Outcome, Size
from bench.stage import Place, answer_of, answers, place, running, until
from deploy.embedded.pair import Pair
from deploy.embedded.ports import free_port

RATE = 500
BUDGET_MS = 25.0
Figures = dict[str, float]


def measure(pair: Pair, size: Size) -> Outcome:
    ours: list[Figures] = []
    bare: list[Figures] = []
    with place(pair, rate_limit_factor="0") as here:
        here.services.start("intake")
        file = bodies_file(here.folder)
        intake = here.pids("intake")
        ours_url = here.services["intake"].url
        _load(ours_url, file, 2.0, intake)
        port = free_port()
        database = f"{here.settings.database_prefix}_bare"
        with running("bench.peers.bare_accept", here.mongo_url, database, str(_bytes(here)), str(port)) as server:
            until(lambda: answers(port), within=60)
            for _ in range(size.rounds):
                bare.append(_load(f"http://127.0.0.1:{port}", file, size.seconds, {**intake, "intake": server.pid}))
                ours.append(_load(ours_url, file, size.seconds, intake))
    return outcome_of(together(ours), together(bare))


def bodies_file(folder: Path) -> Path:
    """A file with the body of one report a line."""
    file = folder / "bodies.jsonl"
    file.write_text("".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies(1_000)), encoding="utf-8")
    return file


def _load(url: str, file: Path, seconds: float, pids: Mapping[str, int]) -> Figures:
    """One run; the process that answers is called `intake` on both sides."""
    meter = Meter(pids)
    said: dict[str, Any] = answer_of(
        "bench.loads.http_load", f"{url}/api/v1/reports", str(RATE), str(seconds), str(file)
    )
    count = sum(said["statuses"].values())
    accepted = said["statuses"].get("201", 0)
    answer: Figures = said["answer"]
    return answer | meter.figures(count) | {"rate": said["rate"], "refused": float(count - accepted)}


def _bytes(here: Place) -> int:
    """The mean size of a report's document, so that the bare endpoint writes as much."""
    found = here.mongo[f"{here.settings.database_prefix}_intake"].command("collStats", "reports")
    return int(found["avgObjSize"])


def outcome_of(ours: dict[str, list[float]], bare: dict[str, list[float]]) -> Outcome:
    worst = spread(ours["p99"])
    times = ratio(ours["p99"], bare["p99"])
    return Outcome(
        headline=f"p99 {worst} ms at {RATE}/s, {times:.1f} × that of the bare endpoint",
        met=sorted(ours["p99"])[len(ours["p99"]) // 2] <= BUDGET_MS and not any(ours["refused"]),
        columns=("", "answers/s", "p50 ms", "p99 ms", "max ms", "not 201", *COST),
        rows=(_row("Hải Vân intake", ours), _row("bare Starlette", bare)),
        notes=(
            (
                "Both answer once the majority has the document in its journal. The bare endpoint checks nothing, "
                "seals nothing and publishes nothing; its document is as long as ours."
            ),
            (
                "Ours is validated, its personal data sealed and masked, written with its event, and published to "
                "Kafka and cleared meanwhile: a second write for each report."
            ),
        ),
    )


def _row(name: str, figures: dict[str, list[float]]) -> tuple[str, ...]:
    keys = ("rate", "p50", "p99", "max", "refused")
    return (name, *(spread(figures[key]) for key in keys), *costs("intake", figures))


MEASUREMENT = Measurement(
    name="accept",
    title="A report accepted by HTTP, durably",
    budget=f"p99 ≤ {BUDGET_MS:.0f} ms at {RATE}/s",
    run=measure,
)
