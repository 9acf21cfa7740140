"""The words that triage went by, marked in what was said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.cases.domain import Reason
from services.routing.cases.highlights import highlighted

WORDS = "Con SỐT 39, ho và khó thở; không mất vị giác"


def marked(words: str, *reasons: tuple[str, str]) -> dict[str, str]:
    trail = [Reason(rule=f"r{number}", words=said, effect=effect) for number, (said, effect) in enumerate(reasons)]
    return {piece.text: piece.tone for piece in highlighted(words, trail) if piece.tone}


@pytest.mark.parametrize(
    ("said", "effect", "piece", "tone"),
    [
        ("khó thở", "urgency high", "khó thở", "danger"),
        ("khó thở", "urgency emergency", "khó thở", "danger"),
        ("sốt", "symptom fever", "SỐT", "warning"),
        ("mất vị giác", "negated, not counted", "mất vị giác", "denied"),
        ("ho", "agency cdc", "ho", "accent"),
    ],
)
def test_words_are_marked_by_what_they_led_to(said: str, effect: str, piece: str, tone: str) -> None:
    assert marked(WORDS, (said, effect)) == {piece: tone}


def test_several_words_of_one_reason_are_all_marked() -> None:
    assert marked(WORDS, ("sốt, ho", "symptom fever")) == {"SỐT": "warning", "ho": "warning"}


def test_only_whole_words_count() -> None:
    assert marked("Nhà không có hoa", ("ho", "symptom cough")) == {}


def test_where_marks_overlap_the_weightier_stands() -> None:
    assert marked(WORDS, ("khó thở", "symptom dyspnea"), ("khó thở", "urgency high")) == {"khó thở": "danger"}


def test_words_of_the_learned_model_mark_nothing() -> None:
    pieces = highlighted(WORDS, [Reason(rule="model", words="ho", effect="suspected_infection +3")])
    assert [piece.tone for piece in pieces] == [""]


@settings(max_examples=40)
@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=8), st.sampled_from(["symptom x", "other"]))))
def test_the_pieces_are_the_text_again(words: str, reasons: list[tuple[str, str]]) -> None:
    trail = [Reason(rule="r", words=said.lower(), effect=effect) for said, effect in reasons]
    assert "".join(piece.text for piece in highlighted(words, trail)) == words
