import base64
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.consumers import Consumers
from shared.dead_letters import Selection
from shared.events import Received, pend
from shared.events.cases import CaseOpened
from shared.events.reports import ReportReceived
from shared.messaging import Reaction, Said, Unreadable
from shared.publishing import Record
from shared.replays import Replays
from shared.security.sealing import SealBrokenError, Sealer
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    GROUP,
    REPORTS,
    Backbone,
    opening,
    record_of_report,
)

pytestmark = pytest.mark.kafka


@pytest.fixture(autouse=True)
def _one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often a bug is tried is tested elsewhere; here the letter is what matters."""
    monkeypatch.setattr("shared.consumer_loop.TRIES", 1)


CANARY = "0905-canary-Nguyễn"


class Handler:
    """Two groups' handlers: one fails until it is mended, the other counts what it hears."""

    def __init__(self) -> None:
        self.is_mended = False
        self.handled: list[str] = []
        self.heard_elsewhere: list[str] = []

    async def open_cases(self, reports: Sequence[Received[ReportReceived]]) -> Said:
        if not self.is_mended:
            raise RuntimeError("a bug")
        self.handled += [report.event.report_id for report in reports]
        return None

    async def count(self, reports: Sequence[Received[ReportReceived]]) -> Said:
        self.heard_elsewhere += [report.event.report_id for report in reports]
        return None


async def buried(backbone: Backbone, handler: Handler, count: int = 1) -> Consumers:
    """Two groups run; `count` reports are dead letters of the first."""
    await backbone.prepare(REPORTS, CASES, partitions=count)
    situation = "notifications.situation"
    loops = [
        backbone.loop(Reaction(GROUP, (ReportReceived,), handler.open_cases)),
        backbone.loop(Reaction(situation, (ReportReceived,), handler.count), group=situation),
    ]
    consumers = backbone.consumers(*loops)
    backbone.start(consumers.run())
    await backbone.send(*(record_of_report(f"r{n}", CANARY, key=f"k{n}") for n in range(count)))

    async def are_buried() -> bool:
        return len(await backbone.dead_letters.find(Selection())) == count

    await eventually(are_buried)
    await eventually(lambda: len(handler.heard_elsewhere) == count)
    return consumers


def replays(backbone: Backbone, consumers: Consumers) -> Replays:
    made = Replays(backbone.database, backbone.dead_letters, consumers)
    backbone.start(made.run())
    return made


async def test_a_dead_letter_says_where_it_stood_and_why_but_nothing_of_what_it_holds(backbone: Backbone) -> None:
    await buried(backbone, Handler())
    [record] = await backbone.read(f"{REPORTS}.dlq")
    headers = {name: value.decode() for name, value in record.headers}
    assert (headers["dl_group"], headers["dl_topic"], headers["dl_reason"]) == (GROUP, REPORTS, "bug:RuntimeError")
    assert (headers["dl_offset"], headers["dl_type"]) == ("0", "intake.reports.received")
    document = await backbone.dead_letters.collection.find_one({})
    assert document is not None
    for stored in (bytes(record.value or b"") + str(record.headers).encode(), bytes(document["sealed"])):
        for spelling in (CANARY.encode(), base64.b64encode(CANARY.encode())[:16], CANARY[:11].encode()):
            assert spelling not in stored


async def test_what_is_opened_again_is_the_record_byte_for_byte(backbone: Backbone) -> None:
    await buried(backbone, Handler())
    [letter] = await backbone.dead_letters.find(Selection())
    opened, [original] = await backbone.dead_letters.open(letter.id), await backbone.read(REPORTS)
    assert (opened.key, opened.value, tuple(opened.headers)) == (original.key, original.value, original.headers)
    assert (opened.topic, opened.partition, opened.offset) == (original.topic, original.partition, original.offset)


async def test_a_replay_goes_to_the_letters_own_group_and_to_nobody_else(backbone: Backbone) -> None:
    handler = Handler()
    running = replays(backbone, await buried(backbone, handler))
    handler.is_mended = True
    asked = await running.request(Selection(group=GROUP), "operator")

    async def is_done() -> bool:
        found = await running.find(asked.id)
        return found is not None and (found.status, found.replayed, found.failed) == ("done", 1, 0)

    await eventually(is_done)
    assert (handler.handled, handler.heard_elsewhere) == (["r0"], ["r0"])
    assert await backbone.dead_letters.find(Selection()) == []
    assert len(await backbone.read(REPORTS)) == 1


async def test_a_letter_that_still_cannot_be_consumed_waits_on_with_its_newest_reason(backbone: Backbone) -> None:
    running = replays(backbone, await buried(backbone, Handler()))
    asked = await running.request(Selection(), "operator")

    async def is_done() -> bool:
        found = await running.find(asked.id)
        return found is not None and (found.status, found.replayed, found.failed) == ("done", 0, 1)

    await eventually(is_done)
    [letter] = await backbone.dead_letters.find(Selection())
    assert (letter.status, letter.place.reason) == ("waiting", "bug:RuntimeError")


async def test_a_letter_that_cannot_be_opened_does_not_hold_up_the_others(backbone: Backbone) -> None:
    handler = Handler()
    running = replays(backbone, await buried(backbone, handler, count=2))
    sealed = Sealer(b"x" * 32).seal(json.dumps({}).encode())
    first, _ = await backbone.dead_letters.find(Selection())
    await backbone.dead_letters.collection.update_one({"_id": first.id}, {"$set": {"sealed": sealed}})
    with pytest.raises(SealBrokenError):
        await backbone.dead_letters.open(first.id)
    handler.is_mended = True
    asked = await running.request(Selection(), "operator")

    async def is_done() -> bool:
        found = await running.find(asked.id)
        return found is not None and (found.status, found.replayed, found.failed) == ("done", 1, 1)

    await eventually(is_done)


async def test_a_failing_connection_is_no_reason_to_forget_the_letters_own(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = await buried(backbone, Handler())

    async def break_off(record: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(consumers.loops[GROUP], "handle_one", break_off)
    running = replays(backbone, consumers)
    asked = await running.request(Selection(), "operator")

    async def is_done() -> bool:
        found = await running.find(asked.id)
        return found is not None and (found.status, found.failed) == ("done", 1)

    await eventually(is_done)
    [letter] = await backbone.dead_letters.find(Selection())
    assert letter.place.reason == "bug:RuntimeError"


async def test_a_replay_twice_opens_one_case_and_says_the_same(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    loop = backbone.loop(opening(backbone.cases))
    record = record_of_report("r1")
    await backbone.send(replace(record, value=record.value))
    [stored] = await backbone.read(REPORTS)
    for _ in range(3):
        await loop.handle_one(stored)
    told = await backbone.read(CASES)
    assert len(told) == 3
    assert len({(r.key, r.value, r.headers) for r in told}) == 1
    assert await backbone.cases.collection.count_documents({}) == 1


async def test_a_letter_buried_twice_is_one_letter(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    await backbone.send(record_of_report("r1"))
    [record] = await backbone.read(REPORTS)
    for _ in range(2):
        assert await backbone.dead_letters.bury([(record, GROUP, "not-json")])
    assert len(await backbone.dead_letters.find(Selection())) == 1
    [(group, topic, count, _)] = await backbone.dead_letters.counts()
    assert (group, topic, count) == (GROUP, REPORTS, 1)


async def test_counting_the_letters_reads_an_index_and_no_letter(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    plan = await backbone.dead_letters.collection.find({"status": "waiting"}, {"group": 1, "_id": 0}).explain()
    assert plan["queryPlanner"]["winningPlan"]["stage"] == "PROJECTION_COVERED"


async def test_the_largest_record_a_topic_takes_can_be_buried(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    await backbone.send(Record(REPORTS, b"k", b"x" * 261_900))
    [record] = await backbone.read(REPORTS)
    assert await backbone.dead_letters.bury([(record, GROUP, "not-json")])


async def test_who_sent_what_cannot_be_read_is_answered_with_an_event(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    handler = Handler()
    handler.is_mended = True
    answered: list[tuple[str, str, str | None]] = []

    async def answer(unreadable: Sequence[Unreadable]) -> Said:
        answered.extend((each.topic, each.reason, each.event_id) for each in unreadable)
        event = CaseOpened.model_validate(CaseOpened.contract.example)
        return [pend(event, source="/x", sequence=1, at=event.at, cause=each.cause()) for each in unreadable]

    loop = backbone.loop(Reaction(GROUP, (ReportReceived,), handler.open_cases), answer=answer)
    backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(Record(REPORTS, b"k", b"{", [("ce_id", b"e1")]), record_of_report("r1"))

    async def is_told() -> bool:
        return len(await backbone.read(CASES)) == 1

    async def is_buried() -> bool:  # which comes after the answer
        return len(await backbone.dead_letters.find(Selection())) == 1

    await eventually(is_told)
    await eventually(is_buried)
    assert answered == [(REPORTS, "not-json", "e1")]


async def test_an_answer_that_fails_neither_loses_the_letter_nor_stops_the_group(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    handler = Handler()
    handler.is_mended = True

    async def answer(unreadable: object) -> Said:
        raise RuntimeError("a bug")

    loop = backbone.loop(Reaction(GROUP, (ReportReceived,), handler.open_cases), answer=answer)
    backbone.start(backbone.consumers(loop).run())
    await backbone.send(Record(REPORTS, b"k", b"{", [("ce_id", b"e1")]), record_of_report("r1"))
    await eventually(lambda: handler.handled == ["r1"])

    async def is_buried() -> bool:
        return len(await backbone.dead_letters.find(Selection())) == 1

    await eventually(is_buried)
