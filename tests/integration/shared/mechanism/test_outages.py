"""Kafka or MongoDB away under load: what was accepted is told, once in effect and in order; nobody waits for ever."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from pymongo.errors import PyMongoError

from shared.aggregates import Aggregates
from shared.dead_letters import Selection
from shared.events import Cause
from shared.ids import new_id
from shared.mongo import AWAY, is_away
from shared.pending import Change, Command, Versioned
from shared.publishing import Record
from tests.embedded import OwnPair, start_own_pair
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    REPORTS,
    Backbone,
    Report,
    header,
    opening,
    record_of_report,
    report_received,
)
from tests.places import own_environment, settings_from

pytestmark = pytest.mark.kafka

HANGING = 30.0
"""Seconds. A broker that is away stays away, so whoever waited for it would take longer than any busy machine."""


@pytest.fixture(scope="module")
def own_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPair]:
    """Servers that only this file's tests stop, one test after the other."""
    with start_own_pair(tmp_path_factory.mktemp("outages")) as pair:
        yield pair


@pytest.fixture
async def outage(own_pair: OwnPair) -> AsyncIterator[Backbone]:
    """The mechanism on servers of its own, for a test that stops them."""
    made = Backbone(settings_from(own_environment(own_pair.kafka_bootstrap, own_pair.mongo_url)))
    try:
        yield made
    finally:
        await made.close()


@dataclass
class Work:
    """One report that is accepted and changed until told to stop."""

    backbone: Backbone
    report_id: str
    version: int = 0
    is_over: bool = False
    answers: list[tuple[float, float]] = field(default_factory=list)

    async def run(self) -> None:
        while not self.is_over:
            began = time.monotonic()
            self.version = await accept_or_change(self.backbone.reports, self.report_id, self.version)
            self.answers.append((began, time.monotonic() - began))
            await asyncio.sleep(0.02)  # the pace of the load, not a wait for anything

    def slowest(self, since: float, until: float) -> float:
        return max(seconds for began, seconds in self.answers if since <= began <= until)


async def accept_or_change(reports: Aggregates[Report], report_id: str, version: int) -> int:
    event = report_received(report_id, f"x{version}")
    change = Change(Report(text=str(version), received_at=event.received_at), (event,))
    cause, command = Cause.of_command(report_id), Command(id=f"{report_id}-{version}", digest="")
    if version == 0:
        return (await reports.create(report_id, change, cause, command=command)).version
    return (await reports.change(report_id, lambda _: change, cause, command=command)).version


async def accepted_now(backbone: Backbone, text: str, report_id: str) -> Versioned[Report] | None:
    """The answer, if the database is there to give one."""
    try:
        return await backbone.accept(text, report_id=report_id)
    except Exception as error:
        if not is_away(error):
            raise
        return None


async def sequences(backbone: Backbone) -> dict[str, list[int]]:
    """Each report's sequences in the order in which they were first seen."""
    found: dict[str, list[int]] = {}
    for record in await backbone.read(REPORTS):
        sequence = int(header(record, "ce_sequence"))
        if sequence not in found.setdefault(record.key.decode(), []):
            found[record.key.decode()].append(sequence)
    return found


@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_accepting_goes_on_while_the_broker_is_away_and_all_is_told_in_order_afterwards(
    outage: Backbone, own_pair: OwnPair, how: str
) -> None:
    await outage.prepare(REPORTS, CASES)
    consumers = outage.consumers(outage.loop(opening(outage.cases)), topics=(REPORTS, CASES))
    outage.start(outage.publisher.run(), outage.relay().run(), consumers.run())
    works = [Work(outage, f"r{number}") for number in range(8)]
    running = outage.start(*(each.run() for each in works))

    async def is_flowing() -> bool:
        return len(await outage.read(REPORTS)) > 30

    await eventually(is_flowing)
    away, before = time.monotonic(), {each.report_id: each.version for each in works}
    await asyncio.to_thread(own_pair.kafka.kill if how == "kill" else own_pair.kafka.pause)
    await eventually(
        lambda: (
            min(each.version - before[each.report_id] for each in works) > 40 and not outage.producer.is_connected
        ),
    )
    back = time.monotonic()
    await asyncio.to_thread(own_pair.kafka.restart if how == "kill" else own_pair.kafka.resume)
    for each in works:
        each.is_over = True
    await asyncio.gather(*running)
    accepted = {each.report_id: list(range(1, each.version + 1)) for each in works}
    assert max(each.slowest(away, back) for each in works) < HANGING

    async def is_told() -> bool:
        return {key: sorted(found) for key, found in (await sequences(outage)).items()} == accepted

    await eventually(is_told)
    assert await sequences(outage) == accepted

    async def is_settled() -> bool:
        waiting = await outage.relay().waiting()
        return waiting.documents == 0 and await outage.cases.collection.count_documents({}) == len(works)

    await eventually(is_settled)
    assert await outage.dead_letters.find(Selection()) == []


async def test_accepting_says_soon_that_a_paused_mongod_does_not_answer(outage: Backbone, own_pair: OwnPair) -> None:
    await outage.prepare(REPORTS, CASES)
    await outage.accept("trước")
    report_id = new_id()
    await asyncio.to_thread(own_pair.mongod.pause)
    try:
        began = time.monotonic()
        with pytest.raises(PyMongoError) as refused:
            await outage.accept("trong lúc ngừng", report_id=report_id)
        assert time.monotonic() - began < HANGING
        assert is_away(refused.value)
    finally:
        await asyncio.to_thread(own_pair.mongod.resume)

    answer = await eventually(partial(accepted_now, outage, "trong lúc ngừng", report_id))
    assert answer.version == 1
    assert await outage.reports.collection.count_documents({}) == 2


async def test_a_consumer_loop_loses_and_buries_nothing_while_mongod_is_paused(
    outage: Backbone, own_pair: OwnPair
) -> None:
    await outage.prepare(REPORTS, CASES)
    loop = outage.loop(opening(outage.cases))
    outage.start(outage.consumers(loop, topics=(REPORTS, CASES)).run())
    await outage.send(*(record_of_report(f"a{number}") for number in range(50)))

    async def are_opened(count: int) -> bool:
        try:
            return await outage.cases.collection.count_documents({}) == count
        except AWAY:
            return False

    await eventually(lambda: are_opened(50))
    await asyncio.to_thread(own_pair.mongod.pause)
    poison = Record(REPORTS, b"k", b"{not json", [("ce_type", b"intake.reports.received")])
    for number in range(40):
        await outage.send(record_of_report(f"b{number}"), poison)
        await asyncio.sleep(0.1)  # records keep coming for the four seconds of the pause
    await asyncio.to_thread(own_pair.mongod.resume)
    await eventually(lambda: are_opened(90))

    async def is_consumed() -> bool:
        return await outage.committed(REPORTS) == 130

    await eventually(is_consumed)
    assert len(await outage.dead_letters.find(Selection())) == 40
    assert {letter.place.reason for letter in await outage.dead_letters.find(Selection())} == {"not-json"}


async def test_a_killed_mongod_costs_nothing_that_was_accepted(outage: Backbone, own_pair: OwnPair) -> None:
    await outage.prepare(REPORTS, CASES)
    consumers = outage.consumers(outage.loop(opening(outage.cases)), topics=(REPORTS, CASES))
    outage.start(outage.publisher.run(), outage.relay().run(), consumers.run())
    accepted: list[str] = []

    async def accept_many() -> None:
        for number in range(400):
            report_id = f"r{number}"
            await eventually(partial(accepted_now, outage, "x", report_id))
            accepted.append(report_id)

    [accepting] = outage.start(accept_many())
    await eventually(lambda: len(accepted) > 100)
    await asyncio.to_thread(own_pair.mongod.kill)
    await asyncio.to_thread(own_pair.mongod.restart)
    await accepting

    async def is_told() -> bool:
        told = {record.key.decode() for record in await outage.read(REPORTS)}
        return told == set(accepted) and await outage.cases.collection.count_documents({}) == 400

    await eventually(is_told)
    assert await outage.dead_letters.find(Selection()) == []
