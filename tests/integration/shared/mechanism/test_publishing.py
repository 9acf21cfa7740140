import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.errors import ProducerClosed
from pymongo import timeout

from shared.aggregates import Aggregates
from shared.clock import now
from shared.events import Cause, PendingEvent
from shared.mongo import Collection
from shared.pending import Change, Command
from shared.publishing import Publisher, Record
from shared.unpublishable import Unpublishable
from tests.eventually import PATIENCE, eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    REPORTS,
    Backbone,
    Report,
    accept,
    header,
    record_of_report,
    report_received,
)

pytestmark = pytest.mark.kafka

AT_ONCE = timedelta(0)
NOWHERE_SECONDS = 3.0
"""How long a topic is waited for; one that is there must be found in that time, on a busy machine too."""


class DeadPublisher:
    """An outbox whose process dies before it sends."""

    def offer(self, collection: Collection, document_id: str, pending: Sequence[PendingEvent]) -> None:
        """Nothing is sent."""


@pytest.fixture
def orphans(backbone: Backbone) -> Aggregates[Report]:
    """Reports that are written by a process which dies before it publishes."""
    return Aggregates(backbone.database, "reports", Report, source="/intake/reports", outbox=DeadPublisher())


async def add(reports: Aggregates[Report], report_id: str, number: int) -> None:
    def decide(report: Report) -> Change[Report]:
        return Change(report, (report_received(report_id, str(number)),))

    await reports.change(report_id, decide, Cause.of_command(f"c{number}"), command=Command(id=f"c{number}"))


async def sequences(backbone: Backbone) -> dict[bytes, list[int]]:
    """The sequences of each report as they stand on the topic."""
    found: dict[bytes, list[int]] = {}
    for record in await backbone.read(REPORTS):
        found.setdefault(record.key, []).append(int(header(record, "ce_sequence")))
    return found


async def are_told(backbone: Backbone, count: int) -> bool:
    return len({header(record, "ce_id") for record in await backbone.read(REPORTS)}) >= count


async def is_nothing_pending(backbone: Backbone) -> bool:
    return await backbone.reports.collection.count_documents({"pending_since": {"$exists": True}}) == 0


async def test_the_relay_publishes_what_a_dead_process_left_in_order(
    backbone: Backbone, orphans: Aggregates[Report]
) -> None:
    await backbone.prepare(REPORTS)
    for number in range(5):
        await accept(orphans, "0", f"r{number}")
        for change in range(2, 5):
            await add(orphans, f"r{number}", change)
    backbone.start(backbone.relay(age=AT_ONCE).run())
    await eventually(lambda: is_nothing_pending(backbone))
    assert set(map(tuple, (await sequences(backbone)).values())) == {(1, 2, 3, 4)}


async def test_the_relay_leaves_what_is_young_to_its_writer(backbone: Backbone, orphans: Aggregates[Report]) -> None:
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "r1")
    relay = backbone.relay(age=timedelta(hours=1))
    await relay._look()
    waiting = await relay.waiting()
    assert (waiting.documents, await backbone.read(REPORTS)) == (1, [])
    assert waiting.oldest is not None


async def test_what_was_accepted_before_the_clock_was_set_back_does_not_wait_until_it_is_that_late_again(
    backbone: Backbone, orphans: Aggregates[Report]
) -> None:
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "r1")
    backbone.start(backbone.relay(clock=lambda: now() - timedelta(hours=2)).run())
    await eventually(lambda: is_nothing_pending(backbone))


async def test_more_than_a_batch_is_published_at_one_look(backbone: Backbone, orphans: Aggregates[Report]) -> None:
    await backbone.prepare(REPORTS)
    await asyncio.gather(*(accept(orphans, "0", f"r{number}") for number in range(620)))
    await backbone.relay(age=AT_ONCE)._look()
    assert len(await backbone.read(REPORTS)) == 620


async def test_of_two_relays_one_works_and_the_other_takes_over_when_it_vanishes(
    backbone: Backbone, orphans: Aggregates[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay._LEASE_SECONDS", PATIENCE)
    await backbone.prepare(REPORTS)
    first, second = backbone.relay("first", age=AT_ONCE), backbone.relay("second", age=AT_ONCE)
    await first._look()
    await accept(orphans, "0", "r1")
    await second._look()
    assert await backbone.read(REPORTS) == []
    monkeypatch.setattr("shared.relay._LEASE_SECONDS", 1.0)
    await backbone.relay("first", age=timedelta(hours=1))._look()  # the last sign of its life; it publishes nothing

    async def is_taken_over() -> bool:
        await second._look()
        return await are_told(backbone, 1)

    await eventually(is_taken_over)


async def test_a_relay_that_is_told_to_stop_gives_its_lease_back(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.timeout", lambda _: timeout(PATIENCE))  # a stop has no more than a second
    await backbone.prepare(REPORTS)
    [running] = backbone.start(backbone.relay("first", age=AT_ONCE).run())

    async def is_held() -> bool:
        return await backbone.database["leases"].count_documents({"holder": "first"}) == 1

    await eventually(is_held)
    await backbone.stop(running)
    assert not await is_held()


async def test_a_batch_that_a_paused_relay_sends_late_is_only_a_repeat(
    backbone: Backbone, orphans: Aggregates[Report]
) -> None:
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "r1")
    stale = await backbone.reports.collection.find_one({"_id": "r1"})
    assert stale is not None
    await backbone.relay(age=AT_ONCE)._look()
    await add(orphans, "r1", 2)
    await backbone.relay(age=AT_ONCE)._look()
    await backbone.producer.send_events([PendingEvent.from_document(event) for event in stale["pending"]])
    assert list((await sequences(backbone)).values()) == [[1, 2, 1]]
    assert await is_nothing_pending(backbone)


async def test_what_a_full_queue_drops_is_left_to_the_relay(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    publisher = Publisher(backbone.producer, limit=3)
    reports = Aggregates(backbone.database, "reports", Report, source="/intake/reports", outbox=publisher)
    for number in range(10):
        await accept(reports, "0", f"r{number}")
    backbone.start(publisher.run())

    async def are_left() -> bool:  # told and cleared, or the relay would tell them once more
        return await backbone.reports.collection.count_documents({"pending_since": {"$exists": True}}) == 7

    await eventually(are_left)
    backbone.start(backbone.relay(age=AT_ONCE).run())
    await eventually(lambda: is_nothing_pending(backbone))
    assert set(map(tuple, (await sequences(backbone)).values())) == {(1,)}


async def test_a_document_that_changes_often_waits_in_one_place(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    publisher = Publisher(backbone.producer, limit=2)
    reports = Aggregates(backbone.database, "reports", Report, source="/intake/reports", outbox=publisher)
    await accept(reports, "0", "r1")
    for number in range(2, 20):
        await add(reports, "r1", number)
    await accept(reports, "0", "r2")
    backbone.start(publisher.run())
    await eventually(lambda: is_nothing_pending(backbone))
    assert sorted((await sequences(backbone)).values()) == [[1], list(range(1, 20))]


async def test_fast_changes_of_one_document_are_sent_once_each(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    backbone.start(backbone.publisher.run())
    await backbone.accept("0", report_id="r1")
    for number in range(2, 60):
        await add(backbone.reports, "r1", number)
    await eventually(lambda: is_nothing_pending(backbone))
    assert list((await sequences(backbone)).values()) == [list(range(1, 60))]


async def test_a_refused_record_spoils_nothing_for_those_who_send_at_the_same_time(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, partitions=1)
    too_large = Record(REPORTS, b"big", b"x" * 300_000)

    async def send_many(number: int) -> list[Any]:
        return await backbone.producer.send([record_of_report(f"r{number}-{n}") for n in range(50)])

    outcomes = await asyncio.wait_for(
        asyncio.gather(backbone.producer.send([too_large]), *(send_many(number) for number in range(10))), PATIENCE
    )
    assert outcomes[0] != [None]
    assert await backbone.producer.send([record_of_report("after")]) == [None]


async def test_no_event_overtakes_one_of_its_subject_that_could_not_be_sent(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    unsendable = Record(REPORTS, b"r1", b"x" * 600_000)  # refused by the client, before the broker sees it
    outcomes = await backbone.producer.send([unsendable, record_of_report("r1"), record_of_report("r2")])
    assert [outcome is None for outcome in outcomes] == [False, False, True]
    assert [record.key for record in await backbone.read(REPORTS)] == [b"r2"]


async def test_many_events_for_a_topic_that_is_not_there_hold_up_the_others_only_once(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.producing._REQUEST_SECONDS", NOWHERE_SECONDS)
    await backbone.prepare(REPORTS)
    lost = [Record("nowhere.v1", b"k", b"{}") for _ in range(30)]
    outcomes = await asyncio.wait_for(backbone.producer.send([*lost, record_of_report("r1")]), PATIENCE)
    assert [outcome is None for outcome in outcomes] == [False] * 30 + [True]


async def test_a_producer_whose_sender_died_is_replaced(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    await backbone.send(record_of_report("r1"))
    spent = backbone.producer._producer
    assert spent is not None

    async def die() -> None:
        raise RuntimeError("a bug in the library")

    spent._sender._maybe_wait_for_pid = die
    await backbone.producer.send([record_of_report("r2")])  # it may or may not be in the log
    await eventually(spent._sender.sender_task.done)
    await backbone.producer.send([record_of_report("r3")])
    await backbone.send(record_of_report("r4"))
    assert b"r4" in {record.key for record in await backbone.read(REPORTS)}


async def test_whoever_waits_on_a_producer_that_is_replaced_is_told_so(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.producing._REQUEST_SECONDS", 120.0)
    await backbone.prepare(REPORTS)
    await backbone.send(record_of_report("r1"))
    spent = backbone.producer._producer
    assert spent is not None
    prefix = backbone.settings.topic_prefix
    waiting = asyncio.create_task(
        backbone.producer.send([record_of_report("r2"), Record("nowhere.v1", b"k", b"{}"), record_of_report("r3")])
    )
    await eventually(lambda: f"{prefix}nowhere.v1" in spent.client._topics)
    await backbone.producer.send([Record(REPORTS, b"big", b"x" * 300_000)])  # refused by the broker
    sent, *given_up = await asyncio.wait_for(waiting, PATIENCE)
    assert sent is None
    assert [type(each) for each in given_up] == [ProducerClosed] * 2
    assert await backbone.producer.send([record_of_report("r4")]) == [None]


async def test_a_document_that_cannot_be_published_blocks_only_itself_and_is_counted(
    backbone: Backbone, orphans: Aggregates[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.producing._REQUEST_SECONDS", NOWHERE_SECONDS)
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "bad")
    await add(orphans, "bad", 2)
    nowhere = {"pending.0.topic": "nowhere.v1", "pending.1.topic": "nowhere.v1"}
    await backbone.reports.collection.update_one({"_id": "bad"}, {"$set": nowhere})
    await accept(orphans, "0", "good")
    relay = backbone.relay(age=AT_ONCE)
    await relay._look()
    assert list((await sequences(backbone)).items()) == [(b"good", [1])]
    assert await relay.unpublishable() == 0  # once may be chance
    await relay._look()
    assert await relay.unpublishable() == 1
    document = await backbone.reports.collection.find_one({"_id": "bad"})
    assert document is not None
    assert len(document["pending"]) == 2


async def test_a_document_that_is_released_is_published_once_its_cause_is_mended(
    backbone: Backbone, orphans: Aggregates[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.producing._REQUEST_SECONDS", NOWHERE_SECONDS)
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "bad")
    await backbone.reports.collection.update_one({"_id": "bad"}, {"$set": {"pending.0.topic": "nowhere.v1"}})
    relay, stuck = backbone.relay(age=AT_ONCE), Unpublishable([backbone.reports.collection])
    for _ in range(2):
        await relay._look()
    (found,) = await stuck.find()
    assert (found.collection, found.document_id, found.topic) == ("reports", "bad", "nowhere.v1")

    await backbone.reports.collection.update_one({"_id": "bad"}, {"$set": {"pending.0.topic": REPORTS}})
    await relay._look()
    assert await sequences(backbone) == {}  # nothing goes out before a person says so
    assert await stuck.release("reports", "bad")
    await relay._look()
    assert await sequences(backbone) == {b"bad": [1]}
    assert await stuck.find() == []
    assert not await stuck.release("reports", "bad")
    assert not await stuck.release("nothing", "bad")


async def test_a_later_change_of_an_unpublishable_document_is_accepted_and_waits(
    backbone: Backbone, orphans: Aggregates[Report]
) -> None:
    await backbone.prepare(REPORTS, CASES)
    await accept(orphans, "0", "bad")
    await backbone.reports.collection.update_one({"_id": "bad"}, {"$set": {"unpublishable": "e1", "refusals": 2}})
    [running] = backbone.start(backbone.publisher.run())
    await add(backbone.reports, "bad", 2)
    await accept(backbone.reports, "0", "good")
    await eventually(lambda: are_told(backbone, 1))
    await backbone.stop(running)
    assert list(await sequences(backbone)) == [b"good"]


async def test_the_relays_questions_use_its_index(backbone: Backbone, orphans: Aggregates[Report]) -> None:
    await backbone.prepare(REPORTS)
    await accept(orphans, "0", "r1")
    asked: list[dict[str, Any]] = [
        {"pending_since": {"$exists": True}},
        {"pending_since": {"$exists": True}, "unpublishable": {"$exists": True}},
        backbone.relay()._due(),
    ]
    for question in asked:
        plan = await backbone.reports.collection.find(question).explain()
        winner = str(plan["queryPlanner"]["winningPlan"])
        assert "'indexName': 'pending_since'" in winner
        assert "COLLSCAN" not in winner
