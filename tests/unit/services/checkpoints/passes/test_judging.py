"""The verdict on a pass, finding by finding and in every combination."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkpoints.passes.judging import (
    RULES,
    SEVERITY,
    Code,
    Direction,
    Judgement,
    Known,
    Origin,
    Reason,
    Seen,
    decide_verdict,
)
from services.checkpoints.passes.wording import REASONS, TITLES, TONES
from services.checkpoints.permits.domain import KnownPermit
from services.checkpoints.watchlist.domain import Hit, WatchBy
from shared.events.checkpoints import FlagKind, Verdict
from tests.unit.services.checkpoints.builders import (
    CAR,
    LORRY,
    MIDNIGHT,
    NOON,
    a_period,
    a_permit,
    a_seen,
    an_area,
    known_permit,
)


def judge(seen: Seen, **known: object) -> Judgement:
    return decide_verdict(seen, Known(**known))  # type: ignore[arg-type]  # fields by name


def test_a_vehicle_with_its_own_valid_permit_is_let_through() -> None:
    found = judge(a_seen(code=Code.READ), by_code=(known_permit(),))
    assert found == Judgement(verdict=Verdict.ALLOW, reasons=(Reason.PERMIT_VALID,), flags=(), permit_id="permit-1")


def test_a_permit_is_found_by_the_plate_alone() -> None:
    found = judge(a_seen(), by_vehicle=(known_permit(),))
    assert (found.verdict, found.permit_id) == (Verdict.ALLOW, "permit-1")


@pytest.mark.parametrize(
    ("permit", "reason", "flags"),
    [
        ({"valid_until": NOON}, Reason.PERMIT_EXPIRED, (FlagKind.BAD_PERMIT,)),
        ({"revoked_at": NOON}, Reason.PERMIT_REVOKED, (FlagKind.BAD_PERMIT,)),
        ({"valid_from": NOON + timedelta(milliseconds=1)}, Reason.PERMIT_NOT_YET, ()),
        ({"vehicles": (LORRY,)}, Reason.PERMIT_OTHER_VEHICLE, (FlagKind.BAD_PERMIT,)),
        ({"posts": ("la-son",)}, Reason.PERMIT_OTHER_POST, ()),
    ],
)
def test_a_permit_that_does_not_stand_turns_the_vehicle_back(
    permit: dict[str, object], reason: Reason, flags: tuple[FlagKind, ...]
) -> None:
    found = judge(a_seen(code=Code.READ), by_code=(known_permit(**permit),))
    assert (found.verdict, found.reasons, found.flags) == (Verdict.REFUSE, (reason,), flags)


def test_a_code_that_nobody_gave_out_is_a_forged_permit() -> None:
    found = judge(a_seen(code=Code.READ))
    assert (found.verdict, found.flags) == (Verdict.REFUSE, (FlagKind.BAD_PERMIT,))


def test_a_mistyped_code_asks_for_the_paper_and_is_told() -> None:
    found = judge(a_seen(code=Code.MISTYPED), by_vehicle=(known_permit(),))
    assert (found.verdict, found.flags) == (Verdict.SCREEN, (FlagKind.BAD_PERMIT,))


def test_a_permit_revoked_today_was_good_yesterday() -> None:
    permit = known_permit(revoked_at=NOON)
    assert judge(a_seen(code=Code.READ, observed_at=NOON - timedelta(hours=1)), by_code=(permit,)).verdict == "allow"


def test_of_two_permits_with_one_code_the_vehicle_s_own_counts() -> None:
    other = KnownPermit("permit-2", a_permit(vehicles=(LORRY,)))
    found = judge(a_seen(code=Code.READ), by_code=(other, known_permit()))
    assert (found.verdict, found.permit_id) == (Verdict.ALLOW, "permit-1")


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, Verdict.SCREEN),
        ({"direction": Direction.LEAVE}, Verdict.ALLOW),
        ({"vehicles": (), "on_foot": True}, Verdict.ALLOW),
        ({"vehicles": ()}, Verdict.SCREEN),
    ],
)
def test_without_a_permit_only_vehicles_that_enter_are_asked(fields: dict[str, object], verdict: Verdict) -> None:
    assert judge(a_seen(**fields)).verdict is verdict


def test_an_old_permit_of_the_vehicle_is_no_offence_where_none_was_shown() -> None:
    found = judge(a_seen(), by_vehicle=(known_permit(valid_until=NOON),))
    assert (found.reasons, found.flags) == ((Reason.NO_PERMIT,), ())


@pytest.mark.parametrize("by", list(WatchBy))
def test_a_watch_list_hit_is_never_let_through(by: WatchBy) -> None:
    found = judge(a_seen(code=Code.READ), by_code=(known_permit(),), hits=(Hit("entry-1", by),))
    expected = Verdict.SCREEN if by is WatchBy.NAME else Verdict.ISOLATE
    assert (found.verdict, found.flags) == (expected, (FlagKind.WATCHLIST_HIT,))


@pytest.mark.parametrize(
    ("temperature", "verdict"),
    [(37.4, "allow"), (37.5, "test"), (38.4, "test"), (38.5, "hospital_pickup")],
)
def test_fever_is_tested_and_high_fever_is_fetched(temperature: float, verdict: str) -> None:
    assert judge(a_seen(temperature=temperature), by_vehicle=(known_permit(),)).verdict == verdict


@pytest.mark.parametrize("measure", ["screen", "test", "isolate"])
def test_who_comes_from_an_epidemic_area_is_met_with_its_measure(measure: str) -> None:
    seen = a_seen(origins=(Origin(text="từ DA NANG ra"),))
    found = judge(seen, by_vehicle=(known_permit(),), areas=(an_area(a_period(measure)),))
    assert (found.verdict, found.flags) == (measure, (FlagKind.EPIDEMIC_AREA,))


@pytest.mark.parametrize(
    ("observed_at", "verdict"),
    [
        (MIDNIGHT - timedelta(milliseconds=1), "test"),
        (MIDNIGHT, "isolate"),
        (MIDNIGHT + timedelta(days=1) - timedelta(milliseconds=1), "isolate"),
        (MIDNIGHT + timedelta(days=1), "allow"),
    ],
)
def test_rules_change_at_0h_in_hue_and_a_pass_is_judged_by_when_it_was_seen(
    observed_at: datetime, verdict: str
) -> None:
    area = an_area(
        a_period("test", since=MIDNIGHT - timedelta(days=3), until=MIDNIGHT),
        a_period("isolate", since=MIDNIGHT, until=MIDNIGHT + timedelta(days=1)),
    )
    seen = a_seen(origins=(Origin(text="Đà Nẵng"),), observed_at=observed_at)
    permit = known_permit(valid_from=MIDNIGHT - timedelta(days=9), valid_until=MIDNIGHT + timedelta(days=9))
    assert judge(seen, by_vehicle=(permit,), areas=(area,)).verdict == verdict


@pytest.mark.parametrize(
    ("left_on", "verdict"), [(date(2026, 11, 9), "isolate"), (date(2026, 11, 8), "allow"), (None, "isolate")]
)
def test_an_area_left_long_ago_concerns_nobody(left_on: date | None, verdict: str) -> None:
    seen = a_seen(origins=(Origin(text="Đà Nẵng", left_on=left_on),))
    area = an_area(a_period(since=datetime(2026, 6, 1, tzinfo=UTC)))
    assert judge(seen, by_vehicle=(known_permit(),), areas=(area,)).verdict == verdict


def test_who_leaves_the_province_is_not_judged_by_where_they_come_from() -> None:
    seen = a_seen(direction=Direction.LEAVE, origins=(Origin(text="Đà Nẵng"),))
    assert judge(seen, areas=(an_area(),)).verdict is Verdict.ALLOW


def test_the_strictest_finding_decides_and_all_are_told() -> None:
    seen = a_seen(code=Code.READ, origins=(Origin(text="Đà Nẵng"),), temperature=39.2)
    found = judge(seen, hits=(Hit("entry-1", WatchBy.PLATE),), areas=(an_area(),))
    assert found.verdict is Verdict.HOSPITAL_PICKUP
    assert found.reasons == (Reason.HIGH_FEVER, Reason.WATCHLIST, Reason.AREA_ISOLATE, Reason.PERMIT_UNKNOWN)
    assert set(found.flags) == set(FlagKind)


def test_reasons_are_listed_from_strict_to_mild() -> None:
    weights = [SEVERITY.index(rule.verdict) for rule in RULES.values()]
    assert weights == sorted(weights, reverse=True)


def test_everything_has_words() -> None:
    assert set(RULES) == set(REASONS) == set(Reason)
    assert set(TITLES) == set(TONES) == set(SEVERITY) == set(Verdict)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
REFS = st.sampled_from([(), (CAR,), (LORRY,), (CAR, LORRY)])
PERMITS = st.builds(
    known_permit,
    vehicles=REFS,
    posts=st.sampled_from([(), ("hai-van",), ("la-son",)]),
    valid_from=MOMENTS,
    valid_until=MOMENTS,
    revoked_at=st.none() | MOMENTS,
)
PASSES = st.builds(
    Seen,
    post=st.sampled_from(["hai-van", "la-son"]),
    direction=st.sampled_from(Direction),
    vehicles=REFS,
    on_foot=st.booleans(),
    code=st.sampled_from(Code),
    origins=st.lists(st.builds(Origin, text=st.sampled_from(["Đà Nẵng", "Quảng Trị", ""]))).map(tuple),
    temperature=st.none() | st.floats(30, 45),
    observed_at=MOMENTS,
)
KNOWLEDGE = st.builds(
    Known,
    by_code=st.lists(PERMITS, max_size=3).map(tuple),
    by_vehicle=st.lists(PERMITS, max_size=3).map(tuple),
    hits=st.lists(st.builds(Hit, st.just("entry"), st.sampled_from(WatchBy)), max_size=2).map(tuple),
    areas=st.lists(
        st.builds(an_area, st.builds(a_period, st.sampled_from(["test", "isolate"]), since=MOMENTS)), max_size=2
    ).map(tuple),
)


@given(PASSES, KNOWLEDGE)
def test_every_pass_gets_a_verdict_with_reasons(seen: Seen, known: Known) -> None:
    found = decide_verdict(seen, known)
    assert found.reasons
    assert found.verdict == max((RULES[reason].verdict for reason in found.reasons), key=SEVERITY.index)
    assert set(found.flags) == {flag for reason in found.reasons if (flag := RULES[reason].flag)}
    assert not known.hits or (found.verdict is not Verdict.ALLOW and FlagKind.WATCHLIST_HIT in found.flags)


@given(PASSES, KNOWLEDGE)
def test_more_hits_never_make_a_verdict_milder(seen: Seen, known: Known) -> None:
    hit = Known(
        by_code=known.by_code, by_vehicle=known.by_vehicle, areas=known.areas, hits=(Hit("more", WatchBy.CCCD),)
    )
    before, after = decide_verdict(seen, known).verdict, decide_verdict(seen, hit).verdict
    assert SEVERITY.index(after) >= SEVERITY.index(before)
