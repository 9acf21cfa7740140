"""A handler that fails: five tries, then a dead letter; what is merely away for a while is never counted."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure
from structlog.testing import capture_logs

from shared.dead_letters import Selection
from shared.errors import InvalidMessage
from shared.events import Received, read_record
from shared.events.reports import ReportReceived
from shared.messaging import Said
from shared.publishing import Record
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    REPORTS,
    Backbone,
    opening,
    reacting,
    record_of_report,
)

pytestmark = pytest.mark.kafka

FULL = {"writeErrors": [{"index": 0, "code": 14_031, "errmsg": "available disk space is less than required"}]}
WC_ERROR = {"writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}], "writeErrors": []}


async def letters(backbone: Backbone) -> list[str]:
    return [letter.place.reason for letter in await backbone.dead_letters.find(Selection())]


async def test_a_bug_gets_five_tries_and_then_a_dead_letter_and_delays_only_its_own_partition(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=3)
    open_cases, tries, failing = opening(backbone.cases), [0], set[int]()

    async def fail_on_one(reports: Sequence[Received[ReportReceived]]) -> Said:
        bad = {report.partition for report in reports if report.event.text == "BUG"}
        if bad:
            failing.update(bad)
            tries[0] += len(reports) == 1
            raise RuntimeError("a bug")
        return await open_cases.handle(reports)

    loop = backbone.loop(reacting(fail_on_one))
    resume_later, may_try_again = loop._resume_later, asyncio.Event()

    async def resume_when_told(consumer: AIOKafkaConsumer, place: TopicPartition, delay: float) -> None:
        if place.partition in failing:
            await may_try_again.wait()
        await resume_later(consumer, place, delay)

    monkeypatch.setattr(loop, "_resume_later", resume_when_told)
    backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    keys = [f"k{number % 9}" for number in range(90)]
    records = [record_of_report(f"r{number}", key=key) for number, key in enumerate(keys)]
    records.insert(45, record_of_report("bad", "BUG", key="k1"))
    await backbone.send(*records)
    partition = next(r.partition for r in await backbone.read(REPORTS) if b'"BUG"' in (r.value or b""))

    async def are_neighbours_done() -> bool:
        places = [(r.partition, r.value) for r in await backbone.read(REPORTS)]
        others = sum(1 for place, _ in places if place != partition)
        return await backbone.cases.collection.count_documents({}) >= others

    await eventually(are_neighbours_done)
    assert await letters(backbone) == []
    may_try_again.set()

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 91

    await eventually(is_consumed)
    assert await letters(backbone) == ["bug:RuntimeError"]
    assert tries == [5]
    assert await backbone.cases.collection.count_documents({}) == 90


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("no primary"),
        KafkaConnectionError(),
        ConnectionResetError(),
        TimeoutError(),
        BulkWriteError(WC_ERROR),
        BulkWriteError(FULL),
        OperationFailure("disk full", code=14031),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_is_away_for_a_while_is_retried_and_never_counted(backbone: Backbone, error: Exception) -> None:
    await backbone.prepare(REPORTS, CASES)
    open_cases, failures = opening(backbone.cases), [0]

    async def fail_at_first(reports: Sequence[Received[ReportReceived]]) -> Said:
        failures[0] += 1
        if failures[0] <= 2:
            raise error
        return await open_cases.handle(reports)

    loop = backbone.loop(reacting(fail_at_first))
    backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(record_of_report("r1"))

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 1

    await eventually(is_consumed)
    assert (await letters(backbone), loop._tries) == ([], {})
    assert await backbone.cases.collection.count_documents({}) == 1


async def test_a_message_that_a_handler_calls_invalid_is_buried_at_once(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    calls = [0]

    async def refuse(reports: Sequence[Received[ReportReceived]]) -> Said:
        calls[0] += 1
        raise InvalidMessage("no-such-ward")

    backbone.start(backbone.consumers(backbone.loop(reacting(refuse))).run())
    await backbone.send(record_of_report("r1"))

    async def is_buried() -> bool:
        return await letters(backbone) == ["no-such-ward"]

    await eventually(is_buried)
    assert calls == [2]  # once with its batch, once by itself


async def test_an_event_that_the_broker_refuses_is_a_bug_of_its_own_record_only(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.producing._REQUEST_SECONDS", 3.0)
    monkeypatch.setattr("shared.consumer_loop.TRIES", 2)  # each of them waits that long for the topic
    await backbone.prepare(REPORTS, partitions=1)  # and not the topic of cases
    open_cases = opening(backbone.cases)

    async def open_some(reports: Sequence[Received[ReportReceived]]) -> Said:
        return await open_cases.handle([r for r in reports if r.event.text == "mở"])

    backbone.start(backbone.consumers(backbone.loop(reacting(open_some))).run())
    await backbone.send(record_of_report("r1"), record_of_report("r2", "mở"), record_of_report("r3"))

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 3

    await eventually(is_consumed)
    assert await letters(backbone) == ["bug:RefusedError"]


async def test_what_stands_behind_a_failing_record_is_neither_buried_nor_answered_early(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    answered: list[int] = []
    done: list[str] = []

    async def fail_on_one(reports: Sequence[Received[ReportReceived]]) -> Said:
        if any(report.event.text == "BUG" for report in reports):
            raise RuntimeError("a bug")
        done.extend(report.event.report_id for report in reports)
        return None

    async def answer(unreadable: Sequence[object]) -> Said:
        answered.append(len(done))
        return None

    backbone.start(backbone.consumers(backbone.loop(reacting(fail_on_one), answer=answer)).run())
    bad = Record(REPORTS, b"k", b"{not json", [("ce_type", b"intake.reports.received")])
    await backbone.send(record_of_report("r1"), record_of_report("r2", "BUG"), bad, record_of_report("r3"))

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 4

    await eventually(is_consumed)
    assert answered in ([1], [2])  # once; r3 may have come with the same batch
    assert sorted(await letters(backbone)) == ["bug:RuntimeError", "not-json"]


async def test_nothing_is_skipped_when_the_loop_itself_fails(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backbone.prepare(REPORTS, CASES)
    loop, failures = backbone.loop(opening(backbone.cases)), [0]
    settle = loop._settle

    async def fail_at_first(records):  # type: ignore[no-untyped-def]
        failures[0] += 1
        if failures[0] <= 2:
            raise KeyError("a bug in the loop")
        return await settle(records)

    monkeypatch.setattr(loop, "_settle", fail_at_first)
    backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(*(record_of_report(f"r{number}") for number in range(20)))

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 20

    await eventually(is_consumed)
    assert await backbone.cases.collection.count_documents({}) == 20


async def test_a_record_read_twice_in_one_batch_is_one_case(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    await backbone.send(record_of_report("r1"), record_of_report("r1"))
    open_cases = opening(backbone.cases)
    received = [read_record(r, backbone.settings.topic_prefix) for r in await backbone.read(REPORTS)]
    assert len(await open_cases.handle(received) or ()) == 1


async def test_the_backoff_of_one_failing_record_is_not_inherited_by_the_next(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, partitions=1)

    async def fail(reports: Sequence[Received[ReportReceived]]) -> Said:
        raise RuntimeError("a bug")

    async def are_buried() -> bool:
        return await letters(backbone) == ["bug:RuntimeError"] * 2

    with capture_logs() as lines:
        backbone.start(backbone.consumers(backbone.loop(reacting(fail))).run())
        await backbone.send(*(record_of_report(f"r{number}") for number in range(2)))
        await eventually(are_buried)
    pauses = [(line["offset"], line["seconds"]) for line in lines if line["event"] == "rewound"]
    assert {offset for offset, _ in pauses} == {0, 1}
    assert next(seconds for offset, seconds in pauses if offset == 1) <= 0.2
