"""Notes when the first event that a report brought about stood on any of some topics."""

import threading
import time
import uuid
from collections.abc import Collection, Sequence

from confluent_kafka import Consumer, TopicPartition

_READ = 500
_ARRIVES_WITHIN = 60.0


class TopicReader(threading.Thread):
    """Reads from the end of the topics, all of which have one partition.

    Attributes:
        seen: when, by the id of the report (`ce_correlationid`).
    """

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, float] = {}
        self._ends = threading.Event()
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": str(uuid.uuid4()),
                "fetch.wait.max.ms": 5,
                "fetch.min.bytes": 1,
            }
        )
        places = [TopicPartition(topic, 0) for topic in topics]
        for place in places:
            _, place.offset = self._consumer.get_watermark_offsets(place, timeout=10)
        self._consumer.assign(places)

    def run(self) -> None:
        while not self._ends.is_set():
            for message in self._consumer.consume(_READ, timeout=0.01):
                now = time.perf_counter()
                if message.error() is None:
                    self.seen.setdefault(dict(message.headers())["ce_correlationid"].decode(), now)
        self._consumer.close()

    def await_all(self, wanted: Collection[str]) -> dict[str, float]:
        """Read on until these reports have been seen, for a minute at most; when each was."""
        ends = time.perf_counter() + _ARRIVES_WITHIN
        missing = set(wanted)
        while (missing := missing - self.seen.keys()) and time.perf_counter() < ends:
            time.sleep(0.05)
        self._ends.set()
        self.join()
        return self.seen
