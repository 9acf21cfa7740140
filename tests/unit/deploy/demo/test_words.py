"""Templates are many, well-formed, and filled with what they ask for."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.spelling import bare, chat, say_cccd, say_phone, say_plate, slip
from deploy.demo.words import STYLES, Filling, Template, _parse, templates, write
from shared.profile import KINDS
from shared.text import clean_words, read_cccd, read_phone, read_plate
from tests.unit.deploy.demo.days import busy_day, hue

ALL = [template for kind in (*KINDS, "prank") for template in templates(kind)]


def test_there_are_more_than_a_hundred_and_twenty_templates_none_twice() -> None:
    assert len(ALL) >= 120
    assert len({template.text for template in ALL}) == len(ALL)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_in_every_style_and_never_certain_of_an_agency_there_is_not(kind: str) -> None:
    told = templates(kind)
    assert {template.style for template in told} >= STYLES - {"formal"}
    for template in told:
        for agency in template.agencies:
            assert hue().agency(agency)


def test_a_text_keeps_no_slot_unfilled_and_passes_the_doors() -> None:
    for action in busy_day().actions:
        words = getattr(action.payload, "words", "")
        assert "{" not in words
        if words:
            assert clean_words(words) == words


def test_a_broken_line_is_named() -> None:
    with pytest.raises(ValueError, match="not a template"):
        _parse("loud | high | cdc | Hello")


@given(seed=st.integers(min_value=0, max_value=10**6))
def test_whatever_the_spelling_the_personal_things_are_written_as_reported(seed: int) -> None:
    template = Template("plain", None, frozenset(), "Tôi là {name}, không được khỏe, số {phone}, ở {ward}.")
    known = {
        "name": Filling("Tôn Nữ Đan Hiền", "name", "Tôn Nữ Đan Hiền"),
        "phone": Filling("0905 000 123", "phone", "0905000123"),
        "ward": Filling("Vỹ Dạ"),
    }
    written = write(template, known.__getitem__, Random(seed))
    assert [(kind, value) for kind, value, _ in written.personal] == [
        ("name", "Tôn Nữ Đan Hiền"),
        ("phone", "0905000123"),
    ]
    assert all(spelling in written.words for _, _, spelling in written.personal)


def test_bare_drops_every_mark() -> None:
    assert bare("Đường Nguyễn Huệ, phường Vỹ Dạ") == "Duong Nguyen Hue, phuong Vy Da"


def test_chat_spelling_leaves_slots_alone() -> None:
    assert chat("Không biết {name} ở với ai rồi") == "ko bit {name} ở vs ai r"


@given(seed=st.integers())
def test_a_slip_swaps_letters_but_never_in_a_slot(seed: int) -> None:
    text = "Xin cho người đến {house} {street} nghiêm trọng"
    slipped = slip(text, Random(seed))
    assert slipped != text
    assert sorted(slipped) == sorted(text)
    assert "{house} {street}" in slipped


@given(seed=st.integers())
def test_numbers_are_read_back_however_they_are_said(seed: int) -> None:
    rng = Random(seed)
    assert read_phone(say_phone("0905000123", rng)) == "+84905000123"
    assert read_cccd(say_cccd("046090991234", rng), 2026) == "046090991234"
    assert read_plate(say_plate("75F1-234.56", rng)).plate == "75F123456"
