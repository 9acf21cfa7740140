"""Posts JSON bodies at a steady rate and says how long each took, as one JSON object.

    python -m bench.loads.http_load URL RATE SECONDS BODIES [--headers JSON] [--topics BOOTSTRAP TOPIC...]

BODIES is a file with one body a line. With `--topics` it also reads those topics and says when the first event of
each accepted report was there.
"""

import argparse
import json
import time
from pathlib import Path

import uvloop

from bench.figures import summary
from bench.loads.steady import Load
from bench.loads.topic_reader import TopicReader


def main() -> None:
    given = _arguments()
    bodies = Path(given.bodies).read_bytes().splitlines()
    load = Load(given.url, given.rate, given.seconds, bodies, json.loads(given.headers))
    reader = TopicReader(given.topics[0], given.topics[1:]) if given.topics else None
    if reader:
        reader.start()
    began = time.perf_counter()
    uvloop.run(load.run())
    answer: dict[str, object] = {
        "statuses": load.statuses,
        "answer": summary(load.taken),
        "rate": load.statuses.total() / (time.perf_counter() - began),
        "cpu": time.process_time(),
    }
    if reader:
        answer |= _arrivals(load, reader)
    print(json.dumps(answer))


def _arrivals(load: Load, reader: TopicReader) -> dict[str, object]:
    """How long after its answer, and after it was due, each report's first event stood on a topic."""
    came = reader.await_all(load.accepted.keys())
    pairs = [(times, came[each]) for each, times in load.accepted.items() if each in came]
    return {
        "missing": len(load.accepted) - len(pairs),
        "arrived": summary([(seen - answered) * 1000 for (_, answered), seen in pairs]),
        "arrived_from_due": summary([(seen - due) * 1000 for (due, _), seen in pairs]),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("rate", type=float)
    parser.add_argument("seconds", type=float)
    parser.add_argument("bodies")
    parser.add_argument("--headers", default="{}")
    parser.add_argument("--topics", nargs="+", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    main()
