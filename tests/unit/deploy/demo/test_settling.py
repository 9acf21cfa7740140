"""A day has gone all its ways when everybody says so; who does not answer has not said it."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaConnectionError

from deploy.demo import settling as settling_module
from deploy.demo.settling import Settling
from deploy.embedded.errors import CannotRun

ALWAYS = 1_000.0
"""Seconds that are not waited for: the test moves no clock and looks fast."""


class Kafka:
    """A listener whose broker is away at first, in the way that the test says."""

    def __init__(self, failures: Iterable[Exception]) -> None:
        self.failures = iter(failures)
        self.looks = 0

    async def ends(self) -> dict[Any, int]:
        self.looks += 1
        for failure in self.failures:
            raise failure
        return {}

    async def is_at(self, _: dict[Any, int]) -> bool:
        return True


def settling(kafka: Kafka, undelivered: Iterable[bool] = ()) -> Settling:
    waiting = iter(undelivered)

    async def still_waiting() -> bool:
        return next(waiting, False)

    return Settling(cast("Any", None), cast("Any", kafka), "kafka:9092", still_waiting)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> int:
        return 0

    async def empty(*_: Any) -> bool:
        return True

    monkeypatch.setattr(settling_module, "_APART_SECONDS", 0.0)
    monkeypatch.setattr(Settling, "_lag", nothing)
    monkeypatch.setattr(settling_module, "outboxes_empty", empty)


@pytest.mark.parametrize(
    "failure",
    [lambda: KafkaConnectionError("away"), lambda: CannotRun("Kafka does not answer.", "")],
    ids=["listener", "admin"],
)
async def test_a_broker_that_is_away_is_waited_for(quiet: None, failure: Callable[[], Exception]) -> None:
    kafka = Kafka([failure(), failure()])
    assert await settling(kafka).settled(ALWAYS)
    assert kafka.looks == 4


async def test_who_never_answers_has_not_settled(quiet: None) -> None:
    kafka = Kafka(repeat(KafkaConnectionError("away")))
    assert not await settling(kafka).settled(0.05)


async def test_a_message_that_is_still_to_be_sent_is_waited_for(quiet: None) -> None:
    kafka = Kafka([])
    assert await settling(kafka, undelivered=[True] * 3).settled(ALWAYS)
    assert kafka.looks == 5
