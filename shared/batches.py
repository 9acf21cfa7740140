"""What the consumer loop keeps of a batch, of a topic-partition's health, and of what its group has committed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition

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
    """How a topic-partition has been doing: dead letters in a row and among the last records.

    Once sick it stays so until it is resumed: a good record at the end of a batch does not hide a burst within it.
    """

    in_a_row: int = 0
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    dead: int = 0
    is_sick: bool = False

    def note(self, *, dead: bool) -> None:
        self.in_a_row = self.in_a_row + 1 if dead else 0
        self.dead += dead - (self.recent[0] if len(self.recent) == WINDOW else 0)
        self.recent.append(dead)
        too_many = len(self.recent) == WINDOW and self.dead > SHARE * WINDOW
        self.is_sick = self.is_sick or self.in_a_row >= IN_A_ROW or too_many


@dataclass(slots=True)
class Batch:
    """What has become of a batch so far.

    Attributes:
        dead: what can never be consumed, with the reason.
        unreadable: those of the dead that could not even be read.
        done: the offset to commit for each topic-partition.
        stopped: where a topic-partition goes no further for now.
    """

    dead: list[tuple[ConsumerRecord, str]] = field(default_factory=list)
    unreadable: list[tuple[ConsumerRecord, str]] = field(default_factory=list)
    done: dict[TopicPartition, int] = field(default_factory=dict)
    stopped: dict[TopicPartition, int] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Sequence[ConsumerRecord]) -> "Batch":
        """A batch of which everything will be done, unless something stops it."""
        return cls(done={place: offset + 1 for place, offset in last_offsets(records).items()})

    def stop_at(self, place: TopicPartition, offset: int) -> None:
        """This partition goes no further than here for now; what stands before it is done."""
        self.stopped[place] = self.done[place] = offset
        self.dead = [(r, why) for r, why in self.dead if not _is_behind(r, place, offset)]
        self.unreadable = [(r, why) for r, why in self.unreadable if not _is_behind(r, place, offset)]

    def is_done(self, record: ConsumerRecord) -> bool:
        return bool(record.offset < self.done[TopicPartition(record.topic, record.partition)])


def _is_behind(record: ConsumerRecord, place: TopicPartition, offset: int) -> bool:
    return (record.topic, record.partition) == tuple(place) and bool(record.offset >= offset)


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
