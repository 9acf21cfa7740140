"""A log in memory with its producers and consumers: unknown outcomes, repeats, owners that lost their partition."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, RequestTimedOutError

from shared.events import PendingEvent, record_of
from tests.delivery.simulation.turns import Turns

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """As a consumer gets it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: Headers


@dataclass(slots=True)
class MemoryBroker:
    """Survives every process. One partition a topic: order across subjects is not what is examined here."""

    turns: Turns
    logs: defaultdict[str, list[MemoryRecord]] = field(default_factory=lambda: defaultdict(list))
    committed: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def append(self, topic: str, key: bytes | None, value: bytes, headers: Headers) -> None:
        log = self.logs[topic]
        log.append(MemoryRecord(topic, 0, len(log), key, value, headers))


@dataclass(slots=True)
class MemoryProducer:
    """What `shared.producing.EventProducer` promises: in order, nothing overtakes what could not be sent."""

    broker: MemoryBroker
    is_connected: bool = True

    async def send_events(self, events: Sequence[PendingEvent]) -> list[BaseException | None]:
        failed: set[str] = set()
        return [await self._send(event, failed) for event in events]

    async def _send(self, event: PendingEvent, failed: set[str]) -> BaseException | None:
        turns = self.broker.turns
        await turns.turn(f"send {event.type}#{event.sequence}")
        if event.topic in failed or turns.fails():
            failed.add(event.topic)
            return ConnectionError("not sent")
        self.broker.append(event.topic, *record_of(event))
        if turns.fails():
            failed.add(event.topic)
            return TimeoutError("sent, and the answer was lost")
        return None


@dataclass(slots=True)
class MemoryConsumer:
    """One member of a group as one process sees it. Whoever lost the partition may go on with its batch, no more."""

    broker: MemoryBroker
    group: str
    topics: tuple[str, ...]
    positions: dict[str, int] = field(default_factory=dict)
    owns: bool = False

    def take_over(self) -> None:
        self.owns = True
        self.positions = {topic: self.broker.committed[self.group, topic] for topic in self.topics}

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition(topic, 0) for topic in self.topics} if self.owns else set()

    def poll(self, most: int) -> list[MemoryRecord]:
        found: list[MemoryRecord] = []
        for topic in self.topics if self.owns else ():
            at = self.positions[topic]
            found += self.broker.logs[topic][at : at + most]
            self.positions[topic] = min(at + most, len(self.broker.logs[topic]))
        return found

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.positions[place.topic] = offset

    def pause(self, *_: TopicPartition) -> None:
        """Time does not pass here: what was paused goes on with the next batch."""

    def resume(self, *_: TopicPartition) -> None: ...

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        turns = self.broker.turns
        await turns.turn(f"{self.group}: commit")
        if not self.owns or turns.fails():
            raise CommitFailedError
        for place, offset in offsets.items():
            self.broker.committed[self.group, place.topic] = offset
        if turns.fails():
            raise RequestTimedOutError

    @property
    def lag(self) -> int:
        return sum(len(self.broker.logs[topic]) - self.broker.committed[self.group, topic] for topic in self.topics)


class NoHalts:
    """Nothing stands still here."""

    async def places(self, _: str) -> set[tuple[str, int]]:
        return set()
