"""A caller's pauses must not hide what is said."""

import pytest

from services.routing.triage.domain import Urgency
from services.routing.triage.hesitation import fluent
from services.routing.triage.writing import form_of, split_words
from tests.unit.routing.triage.conftest import Read

FILLERS = frozenset(map(form_of, ("ờ", "ừm")))


def said(text: str) -> str:
    words = split_words(text)
    smooth = fluent(words, FILLERS)
    return " ".join((words if smooth is None else smooth.words).shown)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tôi thở... không... ờ... không được", "tôi thở không được"),
        ("em bị, ờ, bị khó thở", "em bị , bị khó thở"),
        ("khó... khó thở", "khó thở"),
        ("Mệt quá…  ừm… sốt", "mệt quá sốt"),
    ],
)
def test_pauses_fillers_and_words_said_again_are_left_out(text: str, meant: str) -> None:
    assert said(text) == meant


@pytest.mark.parametrize("text", ["Tôi mệt. Không ho", "ở nhà từ từ", "sốt, ho"])
def test_what_is_no_pause_is_left_alone(text: str) -> None:
    assert fluent(split_words(text), FILLERS) is None


@pytest.mark.parametrize(
    "text",
    [
        "Alo... mẹ tôi... thở... không... ờ... không được nữa",
        "Dạ... con em nó... co... ờ... co giật",
        "Ba tôi... gọi... gọi không... ừm... không tỉnh",
        "máy kẹp tay nó ra... ờ... 84",
    ],
)
def test_an_emergency_in_broken_speech_is_one(read: Read, text: str) -> None:
    assert read(text).urgency is Urgency.EMERGENCY


def test_a_pause_does_not_make_a_denial(read: Read) -> None:
    assert "cough" in read("Dạ không... ho thì có").symptoms
