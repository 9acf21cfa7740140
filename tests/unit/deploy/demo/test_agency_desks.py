"""An agency's program sends again, under the same id, while the broker is away."""

from collections.abc import Iterable
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaError, NotLeaderForPartitionError, UnknownTopicOrPartitionError

from deploy.demo import agency_desks as agency_desks_module
from deploy.demo.agency_desks import AgencyDesks


class Producer:
    """One whose broker is away at first, in the way that the test says."""

    def __init__(self, failures: Iterable[KafkaError]) -> None:
        self.failures = iter(failures)
        self.sent: list[dict[str, Any]] = []

    async def send_and_wait(self, topic: str, value: bytes, **words: Any) -> None:
        self.sent.append({"topic": topic, "value": value, **words})
        for failure in self.failures:
            raise failure


def desks(producer: Producer, monkeypatch: pytest.MonkeyPatch) -> AgencyDesks:
    monkeypatch.setattr(agency_desks_module, "_PAUSE_SECONDS", 0.0)
    made = AgencyDesks(*cast("tuple[Any, Any, Any, Any]", (None,) * 4), "kafka:9092")
    made._producer = cast("Any", producer)
    return made


async def test_a_broker_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    producer = Producer([UnknownTopicOrPartitionError(), NotLeaderForPartitionError()])
    await desks(producer, monkeypatch).send("id", "cdc", "accept", "task", "Có ngay")
    first, *again = producer.sent
    assert again == [first, first]
    assert ("ce_id", b"id") in first["headers"]


async def test_one_that_stays_away_is_not_waited_for_any_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agency_desks_module, "_PATIENCE_SECONDS", -1.0)
    producer = Producer([UnknownTopicOrPartitionError()])
    with pytest.raises(UnknownTopicOrPartitionError):
        await desks(producer, monkeypatch).send("id", "cdc", "accept", "task", "Có ngay")
    assert len(producer.sent) == 1
