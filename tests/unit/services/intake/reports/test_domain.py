from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.reports.domain import (
    MOST_MESSAGES,
    SIGN_WORDS,
    Message,
    ReportStatus,
    SevereSign,
    coarse,
    danger_pattern,
    decide_answer,
    decide_rating,
    decide_reception,
    decide_reopening,
    decide_withdrawal,
    is_severe,
    with_signs,
)
from services.routing.triage.reading import read_text
from services.routing.triage.rules import load_rules
from shared.errors import Conflict
from shared.events.reports import ReportAnsweredByReporter, ReportReceived, ReportReopenRequested, ReportWithdrawn
from shared.settings import ROOT
from tests.unit.services.intake.builders import NOON, a_report, hue, minutes

triage_rules = cache(lambda: load_rules(ROOT / "profiles" / "hue" / "triage"))
DANGER = danger_pattern(hue().answers.danger_words)


@pytest.mark.parametrize(
    "words",
    [
        "Mẹ tôi khó thở quá",
        "me toi kho tho qua",
        "MẸ TÔI TÍM TÁI",
        "Bé co giật hai lần",
        "Ông ấy thở không nổi nữa",
        "Gọi không tỉnh",
        "My father cannot breathe",
        "Không ho nhưng đau ngực dữ dội",
    ],
)
def test_words_of_danger_are_heard_in_any_spelling(words: str) -> None:
    assert is_severe((), words, DANGER)


@pytest.mark.parametrize(
    "words",
    [
        "Sốt nhẹ, ho, không khó thở",
        "ko khó thở",
        "Đã hết khó thở từ hôm qua",
        "Xin hỏi lịch tiêm",
        "Ở nhà buồn",
        "",
    ],
)
def test_what_is_denied_or_not_said_is_no_danger(words: str) -> None:
    assert not is_severe((), words, DANGER)


@pytest.mark.parametrize("sign", SevereSign)
def test_a_ticked_sign_is_danger_whatever_the_words_say(sign: SevereSign) -> None:
    assert is_severe((sign,), "Không khó thở, không sao cả", DANGER)


@given(st.text(max_size=300))
def test_every_text_gets_an_answer(words: str) -> None:
    assert is_severe((), words, DANGER) in {True, False}


def test_ticked_signs_are_written_below_the_words_each_once() -> None:
    ticked = (SevereSign.CONVULSION, SevereSign.BLUE_LIPS, SevereSign.CONVULSION)
    assert with_signs("Mẹ sốt.", ticked) == "Mẹ sốt.\nNgười bệnh đang co giật, tím môi."
    assert with_signs("Mẹ sốt.", ()) == "Mẹ sốt."


@pytest.mark.parametrize("signs", [*((sign,) for sign in SevereSign), *combinations(SevereSign, 2)])
def test_triage_reads_ticked_signs_as_urgent(signs: tuple[SevereSign, ...]) -> None:
    """Intake and routing share nothing but the text, so the text must say it."""
    text = with_signs("Mẹ tôi sốt và ho từ hôm qua.", signs)
    assert read_text(text, "suspected_infection", (), NOON, triage_rules()).urgency == "emergency"
    assert set(signs) <= set(SIGN_WORDS)


def test_a_report_is_accepted_as_it_is_and_said_once() -> None:
    change = decide_reception("r-1", a_report(ward="thuan-hoa", latitude=16.463, longitude=107.585))
    (said,) = change.events
    assert isinstance(said, ReportReceived)
    assert (said.text, said.place.ward) == ("Sốt và ho từ hôm qua", "thuan-hoa")


def test_what_the_reporter_adds_is_kept_and_said() -> None:
    change = decide_answer("r-1", a_report(), "Mẹ có tiểu đường", minutes(3))
    assert [message.text for message in change.state.messages] == ["Mẹ có tiểu đường"]
    assert isinstance(change.events[0], ReportAnsweredByReporter)


def test_nothing_is_added_to_a_withdrawn_report_until_it_is_reopened() -> None:
    withdrawn = decide_withdrawal("r-1", a_report(), minutes(1)).state
    with pytest.raises(Conflict):
        decide_answer("r-1", withdrawn, "Còn nữa", minutes(2))
    reopened = decide_reopening("r-1", withdrawn, "Lại sốt", minutes(3))
    assert isinstance(reopened.events[0], ReportReopenRequested)
    assert decide_answer("r-1", reopened.state, "Còn nữa", minutes(4)).events


def test_a_report_is_not_added_to_without_end() -> None:
    full = a_report(messages=(Message(text="Còn nữa", at=minutes(1)),) * MOST_MESSAGES)
    for decide in (decide_answer, decide_reopening):
        with pytest.raises(Conflict) as refused:
            decide("r-1", full, "Thêm", minutes(2))
        assert refused.value.slug == "report-full"
    assert decide_withdrawal("r-1", full, minutes(2)).events


def test_withdrawing_twice_says_it_once() -> None:
    first = decide_withdrawal("r-1", a_report(), minutes(1))
    again = decide_withdrawal("r-1", first.state, minutes(2))
    assert isinstance(first.events[0], ReportWithdrawn)
    assert again.events == ()
    assert again.state.status is ReportStatus.WITHDRAWN


def test_the_last_rating_counts() -> None:
    twice = decide_rating("r-1", decide_rating("r-1", a_report(), 2, minutes(1)).state, 5, minutes(2))
    assert twice.state.stars == 5


@settings(max_examples=50)
@given(st.floats(min_value=8, max_value=24))
def test_a_coordinate_leaves_the_house_rounded_to_a_hundred_metres(degrees: float) -> None:
    rounded = coarse(degrees)
    assert rounded is not None
    assert abs(rounded - degrees) <= 0.0005 + 1e-9
    assert rounded == round(rounded, 3)
