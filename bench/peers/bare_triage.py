"""The bare loop with the whole of our triage in it: what the reading costs, and so what the mechanism costs.

It decodes each report, reads its words as routing does and throws the reading away: what it writes and produces is
what the bare loop writes and produces.
"""

from collections.abc import Callable
from datetime import datetime

import orjson

from bench.peers.bare_loop import move
from bench.peers.job import Job
from bench.triage import RULES
from services.routing.triage.reading import read_text
from services.routing.triage.rules import default_areas, load_rules


def reader() -> Callable[[bytes], object]:
    """What reads one report."""
    rules, areas = load_rules(RULES), default_areas(RULES)

    def read(value: bytes) -> object:
        report = orjson.loads(value)
        received_at = datetime.fromisoformat(report["received_at"])
        return read_text(report["text"], report["kind"], areas, received_at, rules)

    return read


if __name__ == "__main__":
    move(Job.given(), reader())
