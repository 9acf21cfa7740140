import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.clock import now
from shared.errors import Conflict, NotFound, Stale
from shared.events import Cause
from shared.events.reports import ReportAnsweredByReporter
from shared.pending import Change, Command, Versioned
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import REPORTS, Backbone, Report, header

pytestmark = pytest.mark.kafka


def adding(report_id: str, words: str) -> Callable[[Report], Change[Report]]:
    """The decision to add words to a report's text, with the event that says so."""

    def decide(report: Report) -> Change[Report]:
        at = report.received_at + timedelta(seconds=1)
        event = ReportAnsweredByReporter(report_id=report_id, text=words, at=at)
        return Change(Report(text=f"{report.text}|{words}", received_at=report.received_at), (event,))

    return decide


async def add(
    backbone: Backbone, words: str, *, command: str | None = None, expected_version: int | None = None
) -> Versioned[Report]:
    return await backbone.reports.change(
        "r1",
        adding("r1", words),
        Cause.of_command(command or words),
        command=Command(id=command or words, digest=words),
        expected_version=expected_version,
    )


async def test_twenty_changes_at_once_are_each_applied_once_and_told_in_order(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS)
    backbone.start(backbone.publisher.run(), backbone.relay().run())
    await backbone.accept("0", report_id="r1")
    words = [f"w{number}" for number in range(20)]
    answers = await asyncio.gather(*(add(backbone, each) for each in words))
    assert sorted(each.version for each in answers) == list(range(2, 22))
    stored = await backbone.reports.get("r1")
    assert sorted(stored.state.text.split("|")) == sorted(["0", *words])

    async def is_told() -> bool:
        return len(await backbone.read(REPORTS)) >= 21

    await eventually(is_told)
    first_seen = list(dict.fromkeys(header(r, "ce_sequence") for r in await backbone.read(REPORTS)))
    assert [int(sequence) for sequence in first_seen] == list(range(1, 22))


async def test_a_repeated_command_changes_nothing(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    first = await add(backbone, "a")
    await add(backbone, "b")
    again = await add(backbone, "a")
    assert (first.version, again.version, again.state.text) == (2, 3, "0|a|b")
    document = await backbone.reports.collection.find_one({"_id": "r1"})
    assert document is not None
    assert [event["sequence"] for event in document["pending"]] == [1, 2, 3]


async def test_the_same_command_twenty_times_at_once_is_applied_once(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    await asyncio.gather(*(add(backbone, "a") for _ in range(20)))
    assert (await backbone.reports.get("r1")).state.text == "0|a"


async def test_a_commands_id_with_other_content_is_a_conflict(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    await add(backbone, "a", command="c1")
    with pytest.raises(Conflict, match="idempotency-conflict"):
        await add(backbone, "b", command="c1")
    assert (await backbone.reports.get("r1")).state.text == "0|a"


async def test_a_change_to_an_older_version_is_stale(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    await add(backbone, "a", expected_version=1)
    with pytest.raises(Stale, match="stale"):
        await add(backbone, "b", expected_version=1)


async def test_a_repeat_of_a_change_to_an_older_version_is_no_longer_stale(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    await add(backbone, "a", expected_version=1)
    assert (await add(backbone, "a", expected_version=1)).version == 2


async def test_what_does_not_exist_cannot_be_changed(backbone: Backbone) -> None:
    with pytest.raises(NotFound):
        await add(backbone, "a")


async def test_a_decision_that_refuses_changes_nothing(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")

    def refuse(report: Report) -> Change[Report]:
        raise ValueError(report.text)

    with pytest.raises(ValueError, match="0"):
        await backbone.reports.change("r1", refuse, Cause.of_command("c"), command=Command(id="c"))
    assert (await backbone.reports.get("r1")).version == 1


async def test_a_change_without_events_leaves_nothing_pending_and_still_counts(backbone: Backbone) -> None:
    await backbone.accept("0", report_id="r1")
    await backbone.reports.collection.update_one(
        {"_id": "r1"}, {"$set": {"pending": []}, "$unset": {"pending_since": 1}}
    )
    saved = await backbone.reports.change(
        "r1", lambda _: Change(Report(text="1", received_at=now())), Cause.of_command("c"), command=Command(id="c")
    )
    document = await backbone.reports.collection.find_one({"_id": "r1"})
    assert document is not None
    assert (saved.version, document["pending"], "pending_since" in document) == (2, [], False)
