from datetime import UTC, datetime

from services.notifications.situation.figures import CaseFigures, Counted, Slice, day_began, situation_of
from tests.unit.services.notifications.builders import NOON

CASES = CaseFigures(open=3, taken=1, overdue=1)


def a_slice(event: str, today: int, recent: int = 0, **dimensions: str | bool) -> Slice:
    return Slice(type=event, dimensions=dimensions, today=today, recent=recent)


def test_the_day_begins_at_midnight_in_hue() -> None:
    assert day_began(datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert day_began(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 17, tzinfo=UTC)


def test_slices_add_up_to_figures() -> None:
    situation = situation_of(
        NOON,
        [
            a_slice("intake.reports.received", 5, 2, kind="question", synthetic=True),
            a_slice("intake.reports.received", 3, 1, kind="violation", synthetic=False),
            a_slice("checkpoints.passes.recorded", 7, 7, verdict="allow", post_id="hai-van", synthetic=True),
            a_slice("checkpoints.passes.recorded", 2, 0, verdict="refuse", post_id="hai-van", synthetic=True),
        ],
        CASES,
        [],
        4,
    )
    assert situation.totals["intake.reports.received"] == Counted(today=8, hour=3)
    assert situation.totals["intake.calls.answered"] == Counted()
    assert situation.reports_by_kind["question"] == Counted(today=5, hour=2)
    assert situation.passes_by_post == {"hai-van": {"allow": 7, "refuse": 2}}
    assert (situation.synthetic, situation.real, situation.is_all_synthetic) == (14, 3, False)


def test_the_most_urgent_stands_first() -> None:
    levels = ("normal", "low", "emergency", "of-a-later-release", "high")
    slices = [a_slice("routing.cases.triaged", 1, urgency=level) for level in levels]
    shown = situation_of(NOON, slices, CASES, [], 0).cases_by_urgency
    assert list(shown) == ["emergency", "high", "normal", "low", "of-a-later-release"]


def test_a_drill_says_that_it_is_one() -> None:
    drill = [a_slice("intake.reports.received", 5, kind="question", synthetic=True)]
    assert situation_of(NOON, drill, CASES, [], 0).is_all_synthetic
    assert not situation_of(NOON, [], CASES, [], 0).is_all_synthetic
