"""Records are taken as they come: in order, in batches that are not too large, without sleeping in between."""

from collections.abc import Sequence

import anyio
import pytest

from shared.events import Received
from shared.events.reports import ReportReceived
from shared.messaging import Said
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import GROUP, REPORTS, Backbone, reacting, record_of_report

pytestmark = pytest.mark.kafka

COUNT = 1_200


async def test_a_backlog_is_taken_whole_and_in_the_order_of_each_partition(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, partitions=3)
    batches: list[list[tuple[int, int]]] = []

    async def note(reports: Sequence[Received[ReportReceived]]) -> Said:
        batches.append([(each.partition, each.offset) for each in reports])
        return None

    await backbone.send(*(record_of_report(f"r{number}") for number in range(COUNT)))
    backbone.start(backbone.consumers(backbone.loop(reacting(note))).run())
    await eventually(lambda: sum(map(len, batches)) >= COUNT)
    assert max(map(len, batches)) <= 500
    taken = [place for batch in batches for place in batch]
    for partition in range(3):
        offsets = [offset for each, offset in taken if each == partition]
        assert offsets == list(range(len(offsets)))


async def test_who_waits_for_records_waits_for_nothing_else(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own fetch sleeps after each that was in vain; whatever comes in that time waits."""
    slept: list[float] = []
    really_sleep = anyio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await really_sleep(seconds)

    await backbone.prepare(REPORTS, partitions=1)
    taken: list[str] = []

    async def note(reports: Sequence[Received[ReportReceived]]) -> Said:
        taken.extend(each.event.report_id for each in reports)
        return None

    monkeypatch.setattr("faststream.kafka.subscriber.usecase.anyio.sleep", sleep)
    consumers = backbone.consumers(backbone.loop(reacting(note)))
    backbone.start(consumers.run())
    await eventually(lambda: (found := consumers.consumer_of(GROUP)) and found.assignment())
    consumer = consumers.consumer_of(GROUP)
    assert consumer is not None
    asked, getmany = [0], consumer.getmany

    async def ask(**options: int) -> object:
        asked[0] += 1
        return await getmany(**options)

    monkeypatch.setattr(consumer, "getmany", ask)
    await eventually(lambda: asked[0] >= 2)  # at least one of them was in vain
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: taken == ["r1"])
    assert [seconds for seconds in slept if seconds < 1] == []  # it may rest from a broker's error
