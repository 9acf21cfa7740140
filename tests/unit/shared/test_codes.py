import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import (
    ALPHABET,
    check_character,
    code_hash,
    group_code,
    hand_code,
    read_code,
    read_hand_code,
    tracking_code,
)
from shared.errors import Unprocessable

KEY = bytes(range(32))
REPORT = "01938f5e-7c00-7000-8000-000000000028"

ids = st.uuids().map(str)
codes = ids.map(lambda report_id: tracking_code(KEY, report_id))


def test_a_tracking_code_never_changes_for_a_key_and_a_report() -> None:
    assert tracking_code(KEY, REPORT) == "CPP4J0AQHXVQ11"
    assert hand_code(KEY, REPORT) == "K9WXGJSTKK"


def test_a_code_is_shown_in_groups_that_can_be_read_aloud() -> None:
    assert group_code("CPP4J0AQHXVQ11") == "CPP4-J0AQ-HXVQ-11"
    assert group_code("K9WXGJSTKK") == "K9WXG-JSTKK"


@given(ids)
def test_codes_of_both_kinds_are_read_back_as_they_are_shown(record_id: str) -> None:
    assert read_code(group_code(tracking_code(KEY, record_id))) == tracking_code(KEY, record_id)
    assert read_hand_code(group_code(hand_code(KEY, record_id))) == hand_code(KEY, record_id)


def test_the_two_kinds_of_code_of_one_record_have_nothing_in_common() -> None:
    assert not tracking_code(KEY, REPORT).startswith(hand_code(KEY, REPORT)[:4])


@pytest.mark.parametrize(
    "typed",
    [
        "cpp4j0aqhxvq11",
        "CPP4 J0AQ HXVQ 11",
        " cpp4-j0aq–hxvq.11\n",
        "CPP4JOAQHXVQI1",
        "cpp4joaqhxvql1",
        "ＣＰＰ４Ｊ０ＡＱＨＸＶＱ１１",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "CPP4J0AQHXVQ11"


@given(codes, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(code: str, place: int, wrong: str) -> None:
    mistyped = code[:place] + wrong + code[place + 1 :]
    if mistyped != code:
        assert refusal(mistyped) == "code-check-digit"


@given(codes, st.integers(0, 12))
def test_every_swap_of_neighbours_is_noticed_but_that_of_0_and_z(code: str, place: int) -> None:
    left, right = code[place], code[place + 1]
    swapped = code[:place] + right + left + code[place + 2 :]
    if left != right:
        assert (refusal(swapped) is None) == ({left, right} == {"0", "Z"})


def test_the_swap_of_0_and_z_passes_as_the_mathematics_of_luhn_says() -> None:
    body = "0Z" + "A" * 11
    assert check_character(body) == check_character("Z0" + "A" * 11)


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("", "code-length"),
        ("CPP4J0AQHXVQ1", "code-length"),
        ("CPP4J0AQHXVQ11X", "code-length"),
        ("CPP4J0AQHXVU11", "code-character"),
        ("CPP4J0AQHXVĐ11", "code-character"),
        ("CPP4J0AQHXV\x0011", "code-character"),
        ("CPP4J0AQHXVQ12", "code-check-digit"),
        ("0" * 100_000, "code-length"),
        ("\ud800", "code-character"),
    ],
)
def test_a_refusal_says_which_kind_of_error_it_is(typed: str, slug: str) -> None:
    assert refusal(typed) == slug


@given(st.text())
def test_no_text_is_anything_but_read_or_refused(text: str) -> None:
    assert refusal(text) in {None, "code-length", "code-character", "code-check-digit"}


def test_the_stored_hash_is_not_the_code() -> None:
    assert code_hash("CPP4J0AQHXVQ11") == "45856c2c45480975aaccd6a671561c72c6d787c9ce93155b2e95a9c4dc23fc64"
    assert code_hash("CPP4J0AQHXVQ11") != code_hash("K9WXGJSTKK")


def refusal(text: str) -> str | None:
    try:
        read_code(text)
    except Unprocessable as error:
        return error.slug
    return None
