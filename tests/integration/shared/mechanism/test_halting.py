"""A burst of dead letters halts that topic-partition alone, in every process and across restarts, until resumed."""

import pytest
from aiokafka import TopicPartition

from shared.consumers import Consumers
from shared.dead_letters import Selection
from shared.halts import Halts
from shared.publishing import Record
from shared.vitals import Vitals
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import CASES, GROUP, REPORTS, Backbone, opening, record_of_report

pytestmark = pytest.mark.kafka


def poison(count: int) -> list[Record]:
    return [Record(REPORTS, b"poison", b"{not json", [("ce_type", b"intake.reports.received")])] * count


async def halted(backbone: Backbone) -> set[tuple[str, int]]:
    return await Halts(backbone.database).places(GROUP)


def start(backbone: Backbone) -> Consumers:
    consumers = backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS, CASES))
    backbone.start(consumers.run())
    return consumers


async def partition_of_poison(backbone: Backbone) -> int:
    return next(int(record.partition) for record in await backbone.read(REPORTS) if record.key == b"poison")


async def test_only_poison_halts_its_partition_while_the_others_go_on(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=3)
    consumers = start(backbone)
    await backbone.send(*poison(60))
    partition = await partition_of_poison(backbone)

    async def is_halted() -> bool:
        return await halted(backbone) == {(REPORTS, partition)}

    await eventually(is_halted)
    letters = len(await backbone.dead_letters.find(Selection()))
    assert letters >= 50
    others = [record_of_report(f"r{number}", key=f"k{number}") for number in range(60)]
    await backbone.send(*others, *poison(10))

    async def are_others_done() -> bool:
        behind = sum(1 for r in await backbone.read(REPORTS) if r.partition == partition and r.key != b"poison")
        return await backbone.cases.collection.count_documents({}) == 60 - behind

    await eventually(are_others_done)
    assert await halted(backbone) == {(REPORTS, partition)}
    assert len(await backbone.dead_letters.find(Selection())) == letters
    consumer = consumers.consumer_of(GROUP)
    assert consumer is not None
    assert consumer.paused() == {TopicPartition(backbone.settings.topic_prefix + REPORTS, partition)}


async def test_a_halt_raises_an_alarm(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    consumers = start(backbone)
    vitals = Vitals(
        "routing",
        consumers,
        backbone.relay(),
        backbone.dead_letters,
        backbone.producer,
        backbone.halts,
        backbone.cases._clock,
    )
    backbone.start(vitals.run())
    await eventually(lambda: consumers.is_running and "partition-halted" not in vitals.alarms())
    await backbone.send(*poison(60))
    await eventually(lambda: "partition-halted" in vitals.alarms() and vitals.details()["halted"] == 1)

    async def are_letters_shown() -> bool:  # they were counted before the halts were read
        shown = await vitals.dashboard()
        return [each.topic for each in shown.dead_letters] == [f"{REPORTS} → {GROUP}"]

    await eventually(are_letters_shown)


async def test_a_burst_is_seen_though_a_good_record_ends_its_batch(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    await backbone.send(*poison(60), record_of_report("r1"))
    start(backbone)

    async def is_halted() -> bool:
        return await halted(backbone) == {(REPORTS, 0)}

    await eventually(is_halted)


async def test_a_halt_outlives_the_process_and_ends_when_it_is_resumed(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    first = backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases))).run())
    await backbone.send(*poison(60))

    async def is_halted() -> bool:
        return await halted(backbone) == {(REPORTS, 0)}

    await eventually(is_halted)
    await backbone.stop(*first)
    await backbone.send(record_of_report("r1"))

    loop = backbone.loop(opening(backbone.cases))
    consumers = backbone.consumers(loop, topics=(REPORTS, CASES))
    backbone.start(consumers.run())
    place = TopicPartition(backbone.settings.topic_prefix + REPORTS, 0)
    await eventually(lambda: (found := consumers.consumer_of(GROUP)) and place in found.paused())
    assert await backbone.cases.collection.count_documents({}) == 0
    await loop.ward.resume(consumers.consumer_of(GROUP), REPORTS, 0)

    async def is_opened() -> bool:
        return await backbone.cases.collection.count_documents({}) == 1

    await eventually(is_opened)


async def test_a_resume_at_one_replica_is_followed_by_the_one_that_owns_the_partition(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.consumers._WATCH_EVERY", 0.3)
    await backbone.prepare(REPORTS, CASES, partitions=1)
    start(backbone)
    await backbone.send(*poison(60), record_of_report("r1"), *poison(3))

    async def is_halted() -> bool:
        return await halted(backbone) == {(REPORTS, 0)}

    await eventually(is_halted)
    await backbone.send(record_of_report("r2"))
    other = backbone.loop(opening(backbone.cases))
    await other.ward.resume(None, REPORTS, 0)

    async def are_opened() -> bool:
        return await backbone.cases.collection.count_documents({}) == 2

    await eventually(are_opened)
