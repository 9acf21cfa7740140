"""How a service is doing: flows, lag, outbox age, dead letters, alarms; for the dashboard and for readiness."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import structlog
from prometheus_client import Counter

from shared.clock import Clock
from shared.consumers import Consumers
from shared.dead_letters import DeadLetters
from shared.errors import Text
from shared.halts import Halts
from shared.mongo import AWAY
from shared.publishing import EventProducer
from shared.relay import Relay, Waiting
from shared.settings import ServiceName
from shared.telemetry import EVENTS_CONSUMED, EVENTS_PUBLISHED
from shared.web.dashboard import Alarm, DashboardData, Flow, Lag, Outbox
from shared.web.dashboard import DeadLetters as DeadLetterCount

log = structlog.get_logger(__name__)

_MINUTE = 60
_OLD_SECONDS = 30.0
_HIGH_LAG = 10_000

_ALARMS = {
    "kafka-producer": Text(
        vi="Kafka không trả lời: vẫn tiếp nhận, sự kiện chờ gửi.",
        en="Kafka does not answer: still accepting, events wait.",
    ),
    "kafka-consumers": Text(vi="Chưa nhận được sự kiện từ Kafka.", en="No events are being received from Kafka."),
    "outbox-old": Text(vi="Có sự kiện chờ gửi hơn 30 giây.", en="Events have been waiting for more than 30 seconds."),
    "outbox-unpublishable": Text(
        vi="Có sự kiện bị Kafka từ chối hai lần; cần người xem.",
        en="Kafka refused an event twice; a person must look.",
    ),
    "partition-halted": Text(
        vi="Một phần chủ đề đã dừng vì quá nhiều thư chết; xem rồi chạy tiếp bằng haivan dlq resume.",
        en="A topic-partition is halted by too many dead letters; look, then go on with haivan dlq resume.",
    ),
    "lag-high": Text(vi="Đang chậm hơn 10.000 sự kiện.", en="More than 10,000 events behind."),
}


@dataclass(slots=True)
class _Series:
    """One counter, sampled every second for a minute."""

    samples: deque[float] = field(default_factory=lambda: deque([0.0], maxlen=_MINUTE + 1))
    last_at: datetime | None = None

    def note(self, value: float, at: datetime) -> None:
        if value > self.samples[-1]:
            self.last_at = at
        self.samples.append(value)

    @property
    def per_minute(self) -> float:
        return self.samples[-1] - self.samples[0]

    @property
    def by_second(self) -> tuple[float, ...]:
        return tuple(later - earlier for earlier, later in pairwise(self.samples))


class Vitals:
    """Samples one service every second.

    Args:
        service: whose they are.
        consumers: lag and whether they run.
        relay: what waits to be published.
        dead_letters: what could not be consumed.
        producer: whether Kafka is connected.
        halts: which topic-partitions stand still.
    """

    def __init__(
        self,
        service: ServiceName,
        consumers: Consumers,
        relay: Relay,
        dead_letters: DeadLetters,
        producer: EventProducer,
        halts: Halts,
        clock: Clock,
    ) -> None:
        self._service = service
        self._consumers = consumers
        self._relay = relay
        self._dead_letters = dead_letters
        self._producer = producer
        self._halts = halts
        self._clock = clock
        self._series: dict[str, _Series] = {}
        self._waiting = Waiting(0, None)
        self._unpublishable = 0
        self._halted: set[tuple[str, str, int]] = set()
        self._dead: list[tuple[str, str, int, datetime]] = []

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            self._sample_flows()
            try:
                await self._sample_stores()
            except AWAY as error:
                log.warning("vitals_wait", error=type(error).__name__)
            await asyncio.sleep(1)

    def alarms(self) -> list[str]:
        """What is wrong, short and stable: shown on the dashboard, in `/readyz` and as metrics."""
        checks = {
            "kafka-producer": not self._producer.is_connected,
            "kafka-consumers": not self._consumers.is_running,
            "outbox-old": self._outbox_age() > _OLD_SECONDS,
            "outbox-unpublishable": self._unpublishable > 0,
            "partition-halted": bool(self._halted),
            "lag-high": sum(lag.records for lag in self._consumers.lags) > _HIGH_LAG,
        }
        return [name for name, is_wrong in checks.items() if is_wrong]

    def details(self) -> dict[str, str | int | float | bool | None]:
        """Figures for `/readyz`."""
        return {
            "outbox_pending": self._waiting.documents,
            "outbox_oldest_seconds": round(self._outbox_age(), 1),
            "lag": sum(lag.records for lag in self._consumers.lags),
            "dead_letters": sum(count for _, _, count, _ in self._dead),
            "halted": len(self._halted),
        }

    async def dashboard(self) -> DashboardData:
        """Everything the dashboard page shows, as of the last second."""
        return DashboardData(
            service=self._service,
            as_of=self._clock(),
            flows=tuple(self._flow(name, series) for name, series in sorted(self._series.items())),
            lags=tuple(self._lags()),
            outbox=Outbox(pending=self._waiting.documents, oldest_seconds=self._outbox_age()),
            dead_letters=tuple(
                DeadLetterCount(topic=f"{topic} → {group}", count=count, last_at=last)
                for group, topic, count, last in self._dead
            ),
            alarms=tuple(Alarm(text=_ALARMS[name], level="danger") for name in self.alarms()),
        )

    def _outbox_age(self) -> float:
        oldest = self._waiting.oldest
        return max(0.0, (self._clock() - oldest).total_seconds()) if oldest else 0.0

    def _lags(self) -> list[Lag]:
        sums: dict[tuple[str, str], int] = {}
        for lag in self._consumers.lags:
            sums[lag.group, lag.topic] = sums.get((lag.group, lag.topic), 0) + lag.records
        return [Lag(group=group, topic=topic, lag=records) for (group, topic), records in sorted(sums.items())]

    def _flow(self, name: str, series: _Series) -> Flow:
        return Flow(
            name=name,
            per_minute=series.per_minute,
            total=int(series.samples[-1]),
            last_at=series.last_at,
            recent=series.by_second,
        )

    def _sample_flows(self) -> None:
        at = self._clock()
        for arrow, counter in (("→", EVENTS_PUBLISHED), ("←", EVENTS_CONSUMED)):
            for name, total in _totals(counter).items():
                self._series.setdefault(f"{arrow} {name}", _Series()).note(total, at)

    async def _sample_stores(self) -> None:
        self._waiting = await self._relay.waiting()
        self._unpublishable = await self._relay.unpublishable()
        self._dead = await self._dead_letters.counts()
        groups = self._consumers.loops
        self._halted = {(group, *place) for group in groups for place in await self._halts.places(group)}


def _totals(counter: Counter) -> dict[str, float]:
    """A counter's values by event type, summed over its other labels."""
    totals: dict[str, float] = {}
    for metric in counter.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                name = sample.labels["type"]
                totals[name] = totals.get(name, 0.0) + sample.value
    return totals
