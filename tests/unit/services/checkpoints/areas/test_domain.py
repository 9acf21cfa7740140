from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkpoints.areas.desk import seeded
from services.checkpoints.areas.domain import (
    Area,
    Measure,
    areas_named,
    decide_declaration,
    decide_end,
    stretch_start,
)
from shared.errors import Conflict, Unprocessable
from shared.events.checkpoints import AreaChanged
from shared.profile import load_profile
from shared.settings import ROOT
from tests.unit.services.checkpoints.builders import MIDNIGHT, NOON, a_period, an_area

DAY = timedelta(days=1)


@pytest.mark.parametrize("text", ["Đà Nẵng", "da nang", "về từ ĐÀ NẴNG hôm qua", "xe ra từ ĐN", "(Danang)"])
def test_an_area_is_known_by_all_its_names(text: str) -> None:
    assert areas_named(text, [an_area()])


@pytest.mark.parametrize("text", ["Quảng Trị", "Đà Nẵngg", "ĐNA", "", "nang da"])
def test_other_places_are_not_taken_for_it(text: str) -> None:
    assert not areas_named(text, [an_area()])


def test_a_new_measure_cuts_the_old_one_off_and_keeps_its_history() -> None:
    known = an_area(a_period("test", since=MIDNIGHT))
    change = decide_declaration(known, an_area(a_period("isolate", since=MIDNIGHT + DAY)), NOON)
    area = change.state
    assert [period.measure for period in area.periods] == ["test", "isolate"]
    before, at = area.at(MIDNIGHT + DAY - timedelta(milliseconds=1)), area.at(MIDNIGHT + DAY)
    assert before is not None
    assert at is not None
    assert (before.measure, at.measure) == (Measure.TEST, Measure.ISOLATE)


def test_another_measure_keeps_the_names_that_are_left_out() -> None:
    known = an_area(a_period("test", since=MIDNIGHT), name_en="Da Nang", called=("ĐN", "Danang"))
    stricter = an_area(a_period("isolate", since=MIDNIGHT + DAY), name_en="Đà Nẵng", called=())
    kept = decide_declaration(known, stricter, NOON).state
    assert (kept.name_en, kept.called) == ("Da Nang", ("ĐN", "Danang"))
    renamed = replace(stricter, name_en="Danang", called=("Tourane",))
    told = decide_declaration(known, renamed, NOON).state
    assert (told.name_en, told.called) == ("Danang", ("Tourane",))


def test_others_are_told_since_when_an_area_counts_without_a_gap() -> None:
    known = an_area(a_period("test", since=MIDNIGHT))
    (event,) = decide_declaration(known, an_area(a_period("isolate", since=MIDNIGHT + DAY)), NOON).events
    assert isinstance(event, AreaChanged)
    assert (event.effective_from, event.measure) == (MIDNIGHT, "isolate")


def test_after_a_gap_an_area_counts_anew() -> None:
    periods = (a_period(since=MIDNIGHT, until=MIDNIGHT + DAY), a_period(since=MIDNIGHT + 2 * DAY))
    assert stretch_start(periods) == MIDNIGHT + 2 * DAY


def test_an_area_ends_and_what_was_seen_before_is_still_judged_by_it() -> None:
    change = decide_end(an_area(a_period(since=MIDNIGHT)), MIDNIGHT + DAY, NOON)
    assert change.state.at(MIDNIGHT + DAY) is None
    assert change.state.at(MIDNIGHT + DAY - timedelta(milliseconds=1)) is not None
    (event,) = change.events
    assert isinstance(event, AreaChanged)
    assert event.effective_until == MIDNIGHT + DAY


def test_what_has_ended_does_not_end_again() -> None:
    with pytest.raises(Conflict, match="area-ended"):
        decide_end(an_area(a_period(until=MIDNIGHT + DAY)), MIDNIGHT + DAY, NOON)


def test_nothing_ends_before_it_begins() -> None:
    with pytest.raises(Unprocessable):
        decide_end(an_area(a_period(since=MIDNIGHT)), MIDNIGHT, NOON)
    with pytest.raises(Unprocessable):
        decide_declaration(None, an_area(a_period(since=MIDNIGHT, until=MIDNIGHT)), NOON)


def test_the_profile_s_areas_can_all_be_declared() -> None:
    profile = load_profile(ROOT / "profiles" / "hue")
    for area in profile.areas:
        decide_declaration(None, seeded(area, lambda: NOON), NOON)


HOURS = st.integers(0, 200).map(lambda hours: MIDNIGHT + timedelta(hours=hours))


@given(st.lists(st.tuples(HOURS, HOURS, st.sampled_from(["screen", "test", "isolate"])), min_size=1), HOURS)
def test_after_any_declarations_the_newest_decides_and_periods_never_overlap(
    declared: list[tuple[datetime, datetime, str]], when: datetime
) -> None:
    area: Area | None = None
    for since, until, measure in declared:
        if since < until:
            area = decide_declaration(area, an_area(a_period(measure, since=since, until=until)), NOON).state
            assert area.newest.measure == measure
    if area is not None:
        assert sum(period.covers(when) for period in area.periods) <= 1
        assert all(one.until is not None and one.until <= two.since for one, two in pairwise(area.periods))
