"""A planned day is the same every time, whole, and sound in itself."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from deploy.demo.actions import (
    Action,
    ActionKind,
    AgencyAnswer,
    Alert,
    AlertCancelled,
    BadInput,
    Call,
    Pass,
    Permit,
    Report,
    Watch,
)
from deploy.demo.day import SMALLEST, plan_day
from shared.profile import KINDS
from tests.unit.deploy.demo.days import START, busy_day, hue


def first_sent(kind: ActionKind) -> list[Action]:
    return [action for action in busy_day().of(kind) if not action.retry]


def test_the_same_seed_gives_the_same_day() -> None:
    assert plan_day(hue(), seed=7, size=777, start=START) == busy_day(size=777)


def test_another_seed_gives_another_day() -> None:
    assert busy_day(seed=8, size=777).actions != busy_day(size=777).actions


def test_another_start_gives_other_keys() -> None:
    later = plan_day(hue(), seed=7, size=SMALLEST, start=START + timedelta(days=1))
    earlier = plan_day(hue(), seed=7, size=SMALLEST, start=START)
    assert not {action.key for action in later.actions} & {action.key for action in earlier.actions}


@pytest.mark.parametrize("size", [SMALLEST, 777, 3000])
def test_a_day_has_as_many_actions_as_asked_for_and_every_kind(size: int) -> None:
    day = busy_day(size=size)
    assert len(day.actions) == size
    assert {action.kind for action in day.actions} == set(ActionKind)


@pytest.mark.parametrize("seed", range(8))
def test_the_smallest_day_of_any_seed_is_whole(seed: int) -> None:
    day = busy_day(seed=seed, size=SMALLEST)
    assert len(day.actions) == SMALLEST
    assert {action.kind for action in day.actions} == set(ActionKind)


def test_a_day_is_marked_synthetic() -> None:
    assert busy_day().synthetic is True


@pytest.mark.parametrize(
    ("size", "start"),
    [(SMALLEST - 1, START), (3000, datetime(2026, 11, 22)), (3000, datetime(2019, 1, 1, tzinfo=UTC))],  # noqa: DTZ001
)
def test_a_day_that_cannot_be_is_refused(size: int, start: datetime) -> None:
    with pytest.raises(ValueError, match="needs"):
        plan_day(hue(), seed=1, size=size, start=start)


def test_actions_come_in_order_and_a_retry_after_its_original() -> None:
    actions = busy_day().actions
    assert [action.at for action in actions] == sorted(action.at for action in actions)
    first: dict[str, Action] = {}
    for action in actions:
        if action.retry:
            assert first[action.key].payload == action.payload
        elif action.kind is not ActionKind.BAD_INPUT:
            assert action.key not in first
            first[action.key] = action


def test_every_kind_of_report_comes_in_at_least_five_hundred_different_texts() -> None:
    reports = [action.payload for action in first_sent(ActionKind.REPORT)]
    kinds = Counter(report.kind for report in reports if isinstance(report, Report))
    assert set(kinds) == set(KINDS)
    assert len({report.words for report in reports if isinstance(report, Report)}) >= 500


def test_reports_come_in_every_style() -> None:
    styles = {action.payload.style for action in first_sent(ActionKind.REPORT) if isinstance(action.payload, Report)}
    assert styles >= {"plain", "hue", "teen", "english", "formal", "plain+bare", "plain+chat", "plain+slips"}
    calls = {action.payload.style for action in first_sent(ActionKind.CALL) if isinstance(action.payload, Call)}
    assert "call" in calls


def test_emergencies_of_the_body_are_expected_at_the_hospital() -> None:
    emergencies = [
        action
        for action in first_sent(ActionKind.REPORT)
        if action.expect.urgency == "emergency"
        and isinstance(action.payload, Report)
        and action.payload.kind in {"suspected_infection", "medical_support"}
    ]
    assert len(emergencies) > 20
    assert all("hospital" in action.expect.agencies for action in emergencies)


def test_ticked_signs_of_danger_belong_to_emergencies_and_call_for_115() -> None:
    ticked = [a for a in first_sent(ActionKind.REPORT) if isinstance(a.payload, Report) and a.payload.severe_signs]
    assert len(ticked) > 10
    assert all(action.expect.call_115 for action in ticked)
    signs = {sign for a in ticked if isinstance(a.payload, Report) for sign in a.payload.severe_signs}
    assert signs == {"cannot_breathe", "blue_lips", "unconscious", "convulsion", "chest_pain", "heavy_bleeding"}


def test_reports_lie_in_the_province_and_name_its_wards() -> None:
    for action in first_sent(ActionKind.REPORT):
        report = action.payload
        assert isinstance(report, Report)
        assert hue().ward_named(report.ward_said) == hue().ward(report.ward)
        if report.latitude is not None and report.longitude is not None:
            assert hue().province.box.holds(report.latitude, report.longitude)


def test_an_anonymous_report_is_not_confidential_but_has_nobody() -> None:
    reports = [action.payload for action in first_sent(ActionKind.REPORT) if isinstance(action.payload, Report)]
    assert any(report.reporter is None for report in reports)
    assert any(report.confidential for report in reports)
    assert not any(report.reporter is None and report.confidential for report in reports)


def test_some_reports_tell_what_another_has_told_before() -> None:
    at = {action.key: action.at for action in first_sent(ActionKind.REPORT)}
    similar = [a for a in first_sent(ActionKind.REPORT) if isinstance(a.payload, Report) and a.payload.similar_to]
    assert len(similar) > 20
    for action in similar:
        assert isinstance(action.payload, Report)
        assert action.payload.similar_to is not None
        assert at[action.payload.similar_to] <= action.at


def test_missed_calls_have_no_words_and_pranks_become_no_report() -> None:
    calls = [action.payload for action in first_sent(ActionKind.CALL) if isinstance(action.payload, Call)]
    assert any(call.missed for call in calls)
    assert any(call.outcome == "prank" for call in calls)
    for call in calls:
        assert (call.words == "") == call.missed
        assert (call.report_kind is None) == (call.missed or call.outcome == "prank")


def test_a_permit_is_issued_before_it_is_shown() -> None:
    issued = {action.key: action for action in first_sent(ActionKind.PERMIT)}
    for action in first_sent(ActionKind.PASS):
        assert isinstance(action.payload, Pass)
        if action.payload.permit is not None:
            assert issued[action.payload.permit].at < action.at


def test_a_permit_shown_is_what_the_pass_says_of_it() -> None:
    issued = {a.key: a.payload for a in first_sent(ActionKind.PERMIT) if isinstance(a.payload, Permit)}
    states: Counter[str] = Counter()
    for action in first_sent(ActionKind.PASS):
        seen = action.payload
        assert isinstance(seen, Pass)
        states[seen.permit_state] += 1
        permit = issued[seen.permit] if seen.permit else None
        if permit is None:
            assert seen.permit_state == "none"
            continue
        assert (permit.ends < seen.happened_at) == (seen.permit_state == "expired")
        assert (permit.plate != seen.plate) == (seen.permit_state == "other_vehicle")
        assert seen.post in permit.posts
    assert set(states) == {"good", "expired", "forged", "other_vehicle", "none"}


def test_whoever_comes_from_an_epidemic_area_is_not_waved_through() -> None:
    for action in first_sent(ActionKind.PASS):
        seen = action.payload
        assert isinstance(seen, Pass)
        for traveller in seen.people:
            if traveller.area is None or traveller.left_area is None:
                continue
            area = hue().area(traveller.area)
            is_recent = (seen.happened_at.date() - traveller.left_area).days <= area.days
            assert area.is_in_force(seen.happened_at)
            assert ("allow" not in action.expect.verdicts) == is_recent
            assert ("epidemic_area" in action.expect.flags) == is_recent


def test_a_watch_list_hit_is_listed_before_it_passes() -> None:
    listed = {a.payload.value: a.at for a in first_sent(ActionKind.WATCH) if isinstance(a.payload, Watch)}
    hits = [action for action in first_sent(ActionKind.PASS) if "watchlist_hit" in action.expect.flags]
    assert len(hits) > 5
    for action in hits:
        seen = action.payload
        assert isinstance(seen, Pass)
        driver = seen.people[0].person
        known = {seen.plate, driver.cccd, driver.phone, driver.name} & set(listed)
        assert any(listed[value] < action.at for value in known if value is not None)


def test_nobody_else_is_on_the_watch_list_when_passing() -> None:
    listed = {a.payload.value for a in first_sent(ActionKind.WATCH) if isinstance(a.payload, Watch)}
    for action in first_sent(ActionKind.PASS):
        seen = action.payload
        assert isinstance(seen, Pass)
        values = {seen.plate, *(v for t in seen.people for v in (t.person.cccd, t.person.phone, t.person.name))}
        assert bool(values & listed) == ("watchlist_hit" in action.expect.flags)


def test_posts_and_lanes_are_the_provinces() -> None:
    for action in first_sent(ActionKind.PASS):
        assert isinstance(action.payload, Pass)
        assert 1 <= action.payload.lane <= hue().post(action.payload.post).lanes


def test_agencies_answer_only_reports_that_certainly_reach_them_and_in_order() -> None:
    reports = {action.key: action for action in first_sent(ActionKind.REPORT)}
    steps: dict[tuple[str, str], list[str]] = {}
    for action in first_sent(ActionKind.AGENCY_ANSWER):
        answer = action.payload
        assert isinstance(answer, AgencyAnswer)
        assert answer.agency in reports[answer.report].expect.agencies
        assert action.at > reports[answer.report].at
        steps.setdefault((answer.report, answer.agency), []).append(answer.step)
    assert all(taken[0] in {"acknowledge", "decline"} for taken in steps.values())
    assert any(taken[-1] == "resolve" for taken in steps.values())


def test_an_alert_is_cancelled_after_it_was_issued() -> None:
    issued = {action.key: action.at for action in first_sent(ActionKind.ALERT)}
    assert all(isinstance(action.payload, Alert) for action in first_sent(ActionKind.ALERT))
    (cancelled,) = first_sent(ActionKind.ALERT_CANCELLED)
    assert isinstance(cancelled.payload, AlertCancelled)
    assert issued[cancelled.payload.alert] < cancelled.at


def test_bad_inputs_say_what_answers_will_do_and_are_wrong_in_one_way() -> None:
    flaws = set()
    for action in first_sent(ActionKind.BAD_INPUT):
        bad = action.payload
        assert isinstance(bad, BadInput)
        flaws.add(bad.flaw)
        assert not action.expect.accepted
        assert action.expect.statuses
        assert all(400 <= status < 500 for status in action.expect.statuses)
        assert [bad.raw is not None, bad.field is not None, bad.other_content_of is not None].count(True) == 1
    assert len(flaws) > 40


def test_a_key_used_again_for_other_content_is_that_of_something_accepted_before() -> None:
    first = {action.key: action for action in busy_day().actions if action.kind is not ActionKind.BAD_INPUT}
    again = [
        a for a in first_sent(ActionKind.BAD_INPUT) if isinstance(a.payload, BadInput) and a.payload.other_content_of
    ]
    assert again
    for action in again:
        assert isinstance(action.payload, BadInput)
        assert action.key == action.payload.other_content_of
        assert first[action.key].at < action.at
        assert first[action.key].payload != action.payload.base
