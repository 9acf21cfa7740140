from datetime import datetime
from typing import Any

from services.notifications.situation.figures import Seen, ServiceCounts
from services.notifications.situation.lines import LINES, OwnNumbers
from services.notifications.situation.reconciliation import (
    KEPT,
    Numbers,
    Row,
    Sample,
    Verdict,
    kept,
    reconcile,
)
from tests.unit.services.notifications.builders import NOON, after


def numbers(at: datetime, stored: int | None = 0, on_kafka: int = 0, **fields: Any) -> Numbers:
    given: dict[str, Any] = {"stored_at": at if stored is not None else None, "pending": 0}
    return Numbers(**(given | {"stored": stored, "on_kafka": on_kafka} | fields))


def judged(*history: tuple[float, dict[str, Any]]) -> Row:
    """The row of a line with these numbers at these seconds."""
    samples = [
        Sample(at=after(seconds=second), lines={"reports": numbers(after(seconds=second), **given)})
        for second, given in history
    ]
    return reconcile(samples).rows[0]


def test_three_equal_numbers_match() -> None:
    row = judged((0, {"stored": 7, "on_kafka": 7, "followed": 7}))
    assert (row.verdict, row.difference, row.missing_seconds) == (Verdict.MATCH, 0, 0)


def test_what_was_just_stored_is_waited_for() -> None:
    row = judged((0, {"stored": 5, "on_kafka": 5}), (3, {"stored": 9, "on_kafka": 6}))
    assert (row.verdict, row.difference) == (Verdict.WAITING, 3)


def test_what_is_missing_for_half_a_minute_is_lost() -> None:
    lost = {"stored": 8, "on_kafka": 7}
    row = judged((0, lost), (31, lost))
    assert (row.verdict, row.difference, row.missing_seconds) == (Verdict.MISMATCH, 1, 31)


def test_while_events_wait_for_kafka_nothing_is_lost() -> None:
    waiting = {"stored": 8, "on_kafka": 7, "pending": 1}
    assert judged((0, waiting), (31, waiting)).verdict is Verdict.WAITING


def test_a_steady_stream_is_never_taken_for_a_loss() -> None:
    # Fifty a second, ten always on their way, for two minutes: each item is late by a fifth of a second only.
    flowing = [
        (second, {"stored": second * 50 + 10, "on_kafka": second * 50 + 5, "followed": second * 50})
        for second in range(120)
    ]
    row = judged(*flowing)
    assert row.verdict is Verdict.WAITING
    assert row.missing_seconds <= 1


def test_one_lost_in_a_steady_stream_is_found() -> None:
    flowing: list[tuple[float, dict[str, Any]]] = [
        (second, {"stored": second * 50, "on_kafka": second * 50, "followed": second * 50 - (second > 20)})
        for second in range(60)
    ]
    flowing += [(60 + second, {"stored": 3000, "on_kafka": 3000, "followed": 2999}) for second in range(35)]
    assert judged(*flowing).verdict is Verdict.MISMATCH


def test_what_came_to_kafka_after_the_last_count_is_no_difference() -> None:
    early = Sample(at=after(seconds=0), lines={"reports": numbers(NOON, stored=5, on_kafka=5)})
    late = Sample(at=after(seconds=9), lines={"reports": numbers(NOON, stored=5, on_kafka=400)})
    assert reconcile([early, late]).rows[0].verdict is Verdict.MATCH


def test_an_event_that_no_store_knows_is_found() -> None:
    ghost = {"stored": 5, "on_kafka": 6}
    assert judged((0, ghost), (20, ghost), (40, ghost)).verdict is Verdict.MISMATCH


def test_what_nothing_followed_and_what_followed_from_nothing_are_found() -> None:
    for wrong in ({"stored": 5, "on_kafka": 5, "followed": 4}, {"stored": 5, "on_kafka": 5, "followed": 6}):
        assert judged((0, wrong), (31, wrong)).verdict is Verdict.MISMATCH


def test_without_fresh_counts_nothing_is_claimed() -> None:
    assert judged((0, {"stored": None, "on_kafka": 3})).verdict is Verdict.WAITING
    old = Sample(at=after(minutes=5), lines={"reports": numbers(NOON, stored=3, on_kafka=3)})
    reconciliation = reconcile([old])
    assert reconciliation.rows[0].verdict is Verdict.WAITING
    assert not reconciliation.balanced


def test_a_call_that_still_rings_has_said_nothing_yet() -> None:
    ringing = {"stored": 5, "on_kafka": 4, "may_be_silent": True}
    assert judged((0, ringing), (40, ringing)).verdict is Verdict.MATCH


def test_samples_are_forgotten_when_they_no_longer_matter() -> None:
    samples: list[Sample] = []
    for second in range(300):
        samples = kept(samples, Sample(at=after(seconds=second), lines={}))
    assert samples[-1].at - samples[0].at == KEPT


def test_each_line_takes_its_numbers_from_its_owner_and_its_events() -> None:
    counts = ServiceCounts(documents={"reports": 3, "flags": 2}, pending=1, at=NOON)
    seen = {
        Seen("intake.reports.received"): 3,
        Seen("routing.cases.opened", "report"): 2,
        Seen("routing.cases.opened", "flag"): 1,
        Seen("routing.cases.opened", "test"): 9,
        Seen("notifications.deliveries.sent"): 4,
        Seen("notifications.deliveries.given_up"): 1,
    }
    own = OwnNumbers(stored={"alerts": 1, "deliveries": 5}, at=after(seconds=2))
    lines = {line.what: line.numbers(counts, seen, own) for line in LINES}
    assert (lines["reports"].stored, lines["reports"].on_kafka, lines["reports"].followed) == (3, 3, 2)
    assert lines["flags"].followed == 1
    assert lines["cases"].on_kafka == 12
    assert (lines["deliveries"].stored, lines["deliveries"].on_kafka) == (5, 5)
    assert lines["alerts"].stored_at == after(seconds=2)
    assert lines["passes"].stored is None
