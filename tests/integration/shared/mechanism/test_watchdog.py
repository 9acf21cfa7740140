"""A process that is behind and does not move is ended; one that stands still on purpose is not."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiokafka.errors import UnknownError

from shared.clock import now
from shared.consumers import EXIT_STUCK, Consumers
from shared.events import Cause, Received
from shared.events.reports import ReportReceived
from shared.ids import new_id
from shared.messaging import Said
from shared.pending import Change, Command
from tests.eventually import PATIENCE, eventually
from tests.integration.shared.mechanism.backbone import GROUP, REPORTS, Backbone, reacting, record_of_report

pytestmark = pytest.mark.kafka


@pytest.fixture
def ended() -> list[int]:
    """The codes with which the watchdog ended the process."""
    return []


@pytest.fixture(autouse=True)
def _looks_only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look of its own between a test's steps would see what the test has not finished saying.

    And a broker that answers late is as good as away, which ends no process.
    """
    monkeypatch.setattr("shared.consumers._WATCH_EVERY", 3_600.0)
    monkeypatch.setattr("shared.consumers._ANSWERS_WITHIN", PATIENCE)


async def hang(reports: Sequence[Received[ReportReceived]]) -> Said:
    await asyncio.Event().wait()
    return None


async def ignore(reports: Sequence[Received[ReportReceived]]) -> Said:
    return None


async def started(backbone: Backbone, ended: list[int], handle) -> Consumers:  # type: ignore[no-untyped-def]
    await backbone.prepare(REPORTS, partitions=1)
    consumers = backbone.consumers(backbone.loop(reacting(handle)), end_process=ended.append)
    backbone.start(consumers.run())
    await eventually(lambda: (found := consumers.consumer_of(GROUP)) and found.assignment())
    return consumers


def let_time_pass(consumers: Consumers, seconds: float) -> None:
    consumers.loops[GROUP].progress_at = now() - timedelta(seconds=seconds)


async def test_a_loop_that_hangs_in_its_handler_is_ended_though_it_fetched_everything(
    backbone: Backbone, ended: list[int]
) -> None:
    consumers = await started(backbone, ended, hang)
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: consumers.loops[GROUP].is_busy)
    await consumers._watch()
    assert ended == []
    let_time_pass(consumers, 31)
    await consumers._watch()
    assert ended == [EXIT_STUCK]


async def test_a_handler_that_changes_one_document_after_the_other_is_left_alone(
    backbone: Backbone, ended: list[int]
) -> None:
    async def change_for_ever(reports: Sequence[Received[ReportReceived]]) -> Said:
        while True:
            command = Command(id=new_id())
            await backbone.reports.change("r1", Change, Cause.of_command(command.id), command=command)

    consumers = await started(backbone, ended, change_for_ever)
    await backbone.accept(report_id="r1")
    await backbone.send(record_of_report("r2"))
    await eventually(lambda: consumers.loops[GROUP].is_busy)
    let_time_pass(consumers, 31)
    await eventually(lambda: now() - consumers.loops[GROUP].progress_at < timedelta(seconds=10))
    await consumers._watch()
    assert ended == []


async def test_a_loop_whose_records_are_never_fetched_is_ended(backbone: Backbone, ended: list[int]) -> None:
    consumers = await started(backbone, ended, ignore)
    consumer = consumers.consumer_of(GROUP)
    assert consumer is not None
    for place in consumer.assignment():
        await consumer.position(place)  # learnt by the very task that ends now
    consumer._fetcher._fetch_task.cancel()
    await backbone.send(record_of_report("r1"))
    let_time_pass(consumers, 31)
    await consumers._watch()
    assert ended == [EXIT_STUCK]
    assert [lag.records for lag in consumers.lags] == [1]


async def test_a_loop_with_nothing_to_do_is_left_alone(backbone: Backbone, ended: list[int]) -> None:
    consumers = await started(backbone, ended, ignore)
    let_time_pass(consumers, 3_600)
    await consumers._watch()
    assert ended == []


async def test_a_halted_partition_shows_its_lag_and_is_left_alone(backbone: Backbone, ended: list[int]) -> None:
    consumers = await started(backbone, ended, ignore)
    await backbone.halts.impose(GROUP, REPORTS, 0, "test")
    await backbone.send(record_of_report("r1"), record_of_report("r2"))
    await eventually(lambda: (found := consumers.consumer_of(GROUP)) and found.paused())
    let_time_pass(consumers, 3_600)
    await consumers._watch()
    assert ended == []
    assert [lag.records for lag in consumers.lags] == [2]


async def test_a_loop_that_waits_for_the_brokers_word_is_left_alone_for_longer(
    backbone: Backbone, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = await started(backbone, ended, hang)
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: consumers.loops[GROUP].is_busy)
    monkeypatch.setattr(type(backbone.producer), "is_connected", False)
    let_time_pass(consumers, 300)
    await consumers._watch()
    assert ended == []
    let_time_pass(consumers, 601)
    await consumers._watch()
    assert ended == [EXIT_STUCK]


async def test_time_without_a_broker_does_not_count(
    backbone: Backbone, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = await started(backbone, ended, hang)
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: consumers.loops[GROUP].is_busy)

    async def no_broker() -> None:
        raise TimeoutError

    let_time_pass(consumers, 3_600)
    with monkeypatch.context() as patch:
        patch.setattr(consumers, "_learn_offsets", no_broker)
        await consumers._watch()
    await consumers._watch()
    assert ended == []


async def test_five_unknown_errors_in_a_minute_end_the_process_and_five_in_a_year_do_not(
    backbone: Backbone, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = await started(backbone, ended, ignore)
    for _ in range(5):
        consumers._errors.logger.error("Kafka error occurred", exc_info=UnknownError())
    with monkeypatch.context() as patch:
        patch.setattr("shared.consumers._UNKNOWN_WITHIN", 0.0)
        await consumers._watch()
    assert ended == []
    await consumers._watch()
    assert ended == [EXIT_STUCK]


async def test_a_replica_with_an_ordinal_is_a_static_member(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    consumers = backbone.consumers(backbone.loop(reacting(ignore)), replica="3")
    backbone.start(consumers.run())
    await eventually(lambda: (found := consumers.consumer_of(GROUP)) and found.assignment())
    consumer = consumers.consumer_of(GROUP)
    assert consumer is not None
    prefix = backbone.settings.topic_prefix
    assert consumer._coordinator._group_instance_id == f"{prefix}{GROUP}-3"
