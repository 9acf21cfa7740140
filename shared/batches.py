"""What the consumer loop keeps of a batch, of a topic-partition's health, and of what its group has committed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition

from shared.events import PendingEvent

IN_A_ROW = 50
WINDOW = 1_000
SHARE = 0.05
"""Fifty dead letters in a row, or more than 5 % of the last 1,000 records, halt a topic-partition."""


class GroupOffsets:
    """What this process has seen its group commit; see `shared.pending.CommittedOffsets`."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, int], int] = {}

    def note(self, topic: str, partition: int, offset: int) -> None:
        self._next[topic, partition] = offset

    def is_known(self, topic: str, partition: int) -> bool:
        return (topic, partition) in self._next

    def is_committed(self, topic: str, partition: int, offset: int) -> bool:
        return offset < self._next.get((topic, partition), 0)


@dataclass(slots=True)
class PartitionHealth:
    """How a topic-partition has been doing: dead letters in a row and among the last records."""

    in_a_row: int = 0
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def note(self, *, dead: bool) -> None:
        self.in_a_row = self.in_a_row + 1 if dead else 0
        self.recent.append(dead)

    @property
    def is_sick(self) -> bool:
        share = sum(self.recent) / WINDOW if len(self.recent) == WINDOW else 0.0
        return self.in_a_row >= IN_A_ROW or share > SHARE


@dataclass(slots=True)
class Batch:
    """What has become of a batch so far."""

    said: list[PendingEvent] = field(default_factory=list)
    dead: list[tuple[ConsumerRecord, str]] = field(default_factory=list)
    unreadable: list[tuple[ConsumerRecord, str]] = field(default_factory=list)
    done: dict[TopicPartition, int] = field(default_factory=dict)
    stopped: dict[TopicPartition, int] = field(default_factory=dict)


def event_id_of(record: ConsumerRecord) -> str | None:
    for name, value in record.headers:
        if name == "ce_id" and value:
            return str(value.decode("utf-8", "replace"))[:200]
    return None


def first_offsets(records: Sequence[ConsumerRecord]) -> dict[TopicPartition, int]:
    first: dict[TopicPartition, int] = {}
    for record in records:
        place = TopicPartition(record.topic, record.partition)
        first[place] = min(record.offset, first.get(place, record.offset))
    return first


def last_offsets(records: Sequence[ConsumerRecord]) -> dict[TopicPartition, int]:
    return {TopicPartition(r.topic, r.partition): r.offset for r in records}
