import asyncio
from collections.abc import Sequence

import pytest

from shared.events import Cause, Event, PendingEvent, Received, read_record, record_of
from shared.events.cases import CaseOpened
from shared.events.reports import ReportReceived
from shared.ids import derived_id
from shared.messaging import Said
from shared.pending import Change, Command, Versioned
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    REPORTS,
    Backbone,
    Case,
    fact_of,
    header,
    opening,
    reacting,
    record_of_report,
)

pytestmark = pytest.mark.kafka


async def received(backbone: Backbone) -> list[Received[ReportReceived]]:
    read: list[Received[Event]] = [
        read_record(record, backbone.settings.topic_prefix) for record in await backbone.read(REPORTS)
    ]
    return [each for each in read if isinstance(each.event, ReportReceived)]  # type: ignore[misc]


async def note(backbone: Backbone, report_id: str) -> Versioned[Case]:
    """The first later change of a case, as an officer's command would make it."""
    case_id = derived_id(report_id, "case")

    def decide(case: Case) -> Change[Case]:
        noted = Case(report_id=report_id, opened_at=case.opened_at, notes=(*case.notes, "x"))
        example = CaseOpened.contract.example | {"case_id": case_id, "report_id": report_id}
        return Change(noted, (CaseOpened.model_validate(example),))

    command = f"note-{report_id}"
    return await backbone.cases.change(case_id, decide, Cause.of_command(command), command=Command(id=command))


async def test_the_whole_topic_again_three_times_says_the_same_in_the_same_bytes(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    ids = [f"r{number}" for number in range(30)]
    await backbone.send(*(record_of_report(each) for each in ids))
    for round_number in range(1, 4):
        backbone.offsets = type(backbone.offsets)()
        group = f"routing.cases.{round_number}"  # a group that starts from the beginning, as one that was reset does
        loop = backbone.loop(opening(backbone.cases), group=group)
        [running] = backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())

        async def is_consumed(group: str = group) -> bool:
            return await backbone.committed(REPORTS, group) == 30

        await eventually(is_consumed)
        await backbone.stop(running)
    told = await backbone.read(CASES)
    assert len(told) == 90
    assert len({(record.key, record.value, record.headers) for record in told}) == 30
    assert await backbone.cases.collection.count_documents({}) == 30


async def test_facts_of_one_batch_keep_the_order_of_the_log(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, partitions=1)
    await backbone.send(*(record_of_report(f"r{number}") for number in range(10)))
    batch = await received(backbone)
    said = await backbone.cases.record([fact_of(each) for each in batch])
    assert [event.subject for event in said] == [derived_id(f"r{number}", "case") for number in range(10)]
    again = await backbone.cases.record([fact_of(each) for each in batch[5:]] + [fact_of(batch[0])])
    assert again == [*said[5:], said[0]]


async def test_the_first_of_two_causes_in_one_batch_wins_as_it_does_in_two(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, partitions=1)
    await backbone.send(record_of_report("r1", "đầu"), record_of_report("r1", "sau"))
    first, second = await received(backbone)
    await backbone.cases.record([fact_of(first), fact_of(second)])
    document = await backbone.cases.collection.find_one({})
    assert document is not None
    assert document["fact"]["offset"] == first.offset


async def test_a_fact_whose_offset_may_be_uncommitted_is_told_again_in_front(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    await backbone.send(record_of_report("r1"))
    said = await backbone.cases.record([fact_of(each) for each in await received(backbone)])  # and the process dies
    backbone.start(backbone.publisher.run())
    changed = await note(backbone, "r1")
    assert changed.version == 2

    async def is_told() -> bool:
        return len(await backbone.read(CASES)) == 2

    await eventually(is_told)
    told = await backbone.read(CASES)
    assert [int(header(record, "ce_sequence")) for record in told] == [1, 2]
    assert [(told[0].key, told[0].value, list(told[0].headers))] == [record_of(event) for event in said]


async def test_a_fact_whose_offset_is_committed_is_not_told_again(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    loop = backbone.loop(opening(backbone.cases))
    backbone.start(backbone.publisher.run(), backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(record_of_report("r1"))
    await eventually(lambda: backbone.offsets.is_committed(REPORTS, 0, 0))
    await note(backbone, "r1")

    async def is_told() -> bool:
        return len(await backbone.read(CASES)) >= 2

    await eventually(is_told)
    assert [int(header(record, "ce_sequence")) for record in await backbone.read(CASES)] == [1, 2]


async def test_what_an_earlier_process_committed_is_learnt_at_start(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    await backbone.send(record_of_report("r1"))
    [first] = backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS,)).run())
    await eventually(lambda: backbone.offsets.is_committed(REPORTS, 0, 0))
    await backbone.stop(first)
    backbone.offsets = type(backbone.offsets)()
    second = backbone.loop(opening(backbone.cases))
    backbone.start(backbone.consumers(second, topics=(REPORTS,)).run())
    await eventually(lambda: second.offsets.is_committed(REPORTS, 0, 0))
    assert not second.offsets.is_committed(REPORTS, 0, 1)


async def test_a_fact_is_told_again_only_before_its_first_change(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    await backbone.send(record_of_report("r1"))
    await backbone.cases.record([fact_of(each) for each in await received(backbone)])
    await note(backbone, "r1")
    await backbone.cases.change(derived_id("r1", "case"), Change, Cause.of_command("c2"), command=Command(id="c2"))
    document = await backbone.cases.collection.find_one({})
    assert document is not None
    assert [event["sequence"] for event in document["pending"]] == [1, 2]


async def test_a_fact_and_a_change_of_it_in_one_batch_are_told_in_order(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)

    async def open_and_note(reports: Sequence[Received[ReportReceived]]) -> Said:
        said: list[PendingEvent] = await backbone.cases.record([fact_of(each) for each in reports])
        await asyncio.gather(*(note(backbone, each.event.report_id) for each in reports))
        return said

    consumers = backbone.consumers(backbone.loop(reacting(open_and_note)), topics=(REPORTS, CASES))
    backbone.start(backbone.publisher.run(), consumers.run())
    await backbone.send(*(record_of_report(f"r{number}") for number in range(20)))

    async def is_told() -> bool:
        return len({header(record, "ce_id") for record in await backbone.read(CASES)}) == 40

    await eventually(is_told)
    first_seen: dict[bytes, list[int]] = {}
    for record in await backbone.read(CASES):
        sequence = int(header(record, "ce_sequence"))
        if sequence not in first_seen.setdefault(record.key, []):
            first_seen[record.key].append(sequence)
    assert set(map(tuple, first_seen.values())) == {(1, 2)}
