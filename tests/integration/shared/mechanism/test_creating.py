import asyncio

import pytest

from shared.errors import Conflict, TooLarge
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import REPORTS, Backbone, header

pytestmark = pytest.mark.kafka


async def test_accepting_is_one_document_with_its_state_and_its_events(backbone: Backbone) -> None:
    accepted = await backbone.accept("Sốt cao")
    document = await backbone.reports.collection.find_one({"_id": accepted.id})
    assert document is not None
    assert document["state"]["text"] == "Sốt cao"
    assert document["version"] == accepted.version == 1
    assert [(e["type"], e["sequence"]) for e in document["pending"]] == [("intake.reports.received", 1)]
    assert document["pending_since"] == document["created_at"]


async def test_what_was_accepted_is_published_and_cleared(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    backbone.start(backbone.publisher.run())
    accepted = await backbone.accept("Sốt cao")

    async def is_cleared() -> bool:
        document = await backbone.reports.collection.find_one({"_id": accepted.id})
        return document is not None and document["pending"] == [] and "pending_since" not in document

    await eventually(is_cleared)
    [record] = await backbone.read(REPORTS)
    assert record.key == accepted.id.encode()
    assert header(record, "ce_sequence") == "00000000000000000001"
    assert header(record, "ce_causationid") == accepted.id


async def test_the_same_command_again_gets_the_first_answer_and_changes_nothing(backbone: Backbone) -> None:
    first = await backbone.accept("Sốt cao", report_id="r1")
    again = await backbone.accept("Sốt cao", report_id="r1")
    assert (first.first, again.first) == (True, False)
    assert (again.version, again.state, again.receipt) == (first.version, first.state, {"code": 7})
    assert await backbone.reports.collection.count_documents({}) == 1


async def test_twenty_retries_at_once_make_one_document(backbone: Backbone) -> None:
    answers = await asyncio.gather(*(backbone.accept("Sốt cao", report_id="r1") for _ in range(20)))
    assert sorted(each.first for each in answers) == [False] * 19 + [True]
    assert len({(each.version, each.state.text) for each in answers}) == 1


async def test_the_same_id_with_other_content_is_a_conflict(backbone: Backbone) -> None:
    await backbone.accept("Sốt cao", report_id="r1")
    with pytest.raises(Conflict, match="idempotency-conflict"):
        await backbone.accept("Ho khan", report_id="r1")


async def test_the_first_answer_outlives_a_thousand_changes(backbone: Backbone) -> None:
    await backbone.accept("Sốt cao", report_id="r1")
    forgotten = [{"id": new_id(), "digest": None} for _ in range(1_000)]
    await backbone.reports.collection.update_one(
        {"_id": "r1"}, {"$push": {"applied": {"$each": forgotten, "$slice": -1_000}}}
    )
    assert not (await backbone.accept("Sốt cao", report_id="r1")).first


async def test_an_event_too_long_to_be_sent_is_refused_before_anything_is_written(backbone: Backbone) -> None:
    backbone.reports._source = "x" * 10  # the source is ours; the data is what is measured
    with pytest.raises(TooLarge, match="event-too-large"):
        await _accept_much(backbone)
    assert await backbone.reports.collection.count_documents({}) == 0


async def _accept_much(backbone: Backbone) -> None:
    from shared.events import Cause
    from shared.pending import Change, Command
    from tests.integration.shared.mechanism.backbone import Report, report_received

    event = report_received("r1").model_copy(update={"text": "ố" * 70_000})
    state = Report(text="", received_at=event.received_at)
    await backbone.reports.create("r1", Change(state, (event,)), Cause.of_command("r1"), command=Command(id="r1"))
