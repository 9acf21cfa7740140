"""Puts records on a topic at a steady rate and says when what came of them stood on others, as one JSON object.

    python -m bench.loads.topic_load BOOTSTRAP RATE SECONDS RECORDS TOPIC READ_TOPIC...

RECORDS is a file with one record a line, as `bench.reports.write_records` writes it.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from confluent_kafka import Producer

from bench.figures import summary
from bench.loads.steady import WARM_SECONDS
from bench.loads.topic_reader import TopicReader
from bench.peers.job import insist

Record = tuple[str, bytes, list[tuple[str, bytes]]]


def main(bootstrap: str, rate: float, seconds: float, file: Path, topic: str, read: Sequence[str]) -> None:
    records = list(_records(file, int(rate * (seconds + WARM_SECONDS))))
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0})
    reader = TopicReader(bootstrap, read)
    reader.start()
    began = time.perf_counter()
    due = {key: began + number / rate for number, (key, _, _) in enumerate(records)}
    for key, value, headers in records:
        if (wait := due[key] - time.perf_counter()) > 0:
            time.sleep(wait)
        producer.produce(topic, value, key, headers=headers, on_delivery=insist)
        producer.poll(0)
    producer.flush()
    took = time.perf_counter() - began
    seen = reader.await_all(due.keys())
    late = [(seen[key] - at) * 1000 for key, at in due.items() if key in seen and at >= began + WARM_SECONDS]
    print(
        json.dumps({"rate": len(records) / took, "missing": len(due.keys() - seen.keys()), "arrived": summary(late)})
    )


def _records(file: Path, count: int) -> Iterator[Record]:
    with file.open(encoding="utf-8") as lines:
        for line, _ in zip(lines, range(count), strict=False):
            key, value, headers = json.loads(line)
            yield key, value.encode(), [(name, text.encode()) for name, text in headers]


if __name__ == "__main__":
    bootstrap, rate, seconds, file, topic, *read = sys.argv[1:]
    main(bootstrap, float(rate), float(seconds), Path(file), topic, read)
