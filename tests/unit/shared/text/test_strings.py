import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from shared.text import Email, Line, Name, RecordId, Slug, Words, clean_line, clean_words, fold
from tests.corpora import NaughtyString, naughty_strings

texts = st.text(st.characters())


def read(kind: Any, value: object) -> object:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("case", naughty_strings(), ids=lambda case: case.name)
def test_each_string_of_the_corpus_becomes_the_line_that_the_corpus_says(case: NaughtyString) -> None:
    if case.line is None:
        with pytest.raises(PydanticCustomError):
            clean_line(case.text)
    else:
        assert clean_line(case.text) == case.line


@given(texts)
def test_a_kept_line_is_normal_short_printable_and_stable(text: str) -> None:
    try:
        line = clean_line(text)
    except PydanticCustomError:
        return
    assert 0 < len(line) <= 200
    assert unicodedata.is_normalized("NFC", line)
    assert line == line.strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line)
    assert clean_line(line) == line
    line.encode()


@given(texts)
def test_kept_words_hold_no_control_character_but_the_line_feed(text: str) -> None:
    try:
        words = clean_words(text)
    except PydanticCustomError:
        return
    assert {character for character in words if unicodedata.category(character) == "Cc"} <= {"\n"}
    assert clean_words(words) == words


def test_every_kind_of_line_break_becomes_a_line_feed() -> None:
    assert clean_words("a\r\nb\rc\u2028d\u0085e") == "a\nb\nc\nd\ne"


def test_words_hold_four_thousand_characters_and_not_one_more() -> None:
    assert len(clean_words("ầ" * 4000)) == 4000
    with pytest.raises(PydanticCustomError, match="at most 4000"):
        clean_words("ầ" * 4001)


@pytest.mark.parametrize("kind", [Line, Name, Words, Slug, Email, RecordId])
@pytest.mark.parametrize("value", [7, 1.5, True, None, {"$gt": ""}, ["a"], b"a"])
def test_nothing_but_a_string_is_a_string(kind: object, value: object) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize("name", ["Nguyễn Thị Bưởi", "H'Hen Niê", "Y Moan Ênuôl", "李", "O"])
def test_names_of_all_peoples_are_names(name: str) -> None:
    assert read(Name, name) == name


@pytest.mark.parametrize("name", ["0905123456", "---", "🤒", "x" * 121])
def test_what_has_no_letter_or_no_end_is_no_name(name: str) -> None:
    with pytest.raises(ValidationError):
        read(Name, name)


@pytest.mark.parametrize("slug", ["cdc", "information-desk", "benh-vien-1", "a" * 64])
def test_slugs_are_kept(slug: str) -> None:
    assert read(Slug, slug) == slug


@pytest.mark.parametrize("slug", ["", "CDC", "a b", "-a", "a-", "a--b", "bệnh", "a" * 65, "a\n", "$gt", "a.b"])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError):
        read(Slug, slug)


def test_an_address_keeps_its_local_part_and_lowers_its_domain() -> None:
    assert read(Email, " Ten.Ho+cdc@Example.VN ") == "Ten.Ho+cdc@example.vn"


@pytest.mark.parametrize(
    "address",
    ["a", "a@b", "@b.vn", "a@", "a@b..vn", ".a@b.vn", "a b@c.vn", "a@b.vn\n<x>", "a@[127.0.0.1]", "a" * 65 + "@b.vn"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        read(Email, address)


def test_a_hostile_address_is_refused_quickly() -> None:
    with pytest.raises(ValidationError):
        read(Email, "a." * 100 + "@" + "b-" * 100 + "!")


def test_record_ids_are_uuids_in_lower_case() -> None:
    assert read(RecordId, "01A2070B-7665-740C-89A1-83939E0946C2") == "01a2070b-7665-740c-89a1-83939e0946c2"


@pytest.mark.parametrize(
    "text", ["", "1", "{01a2070b-7665-740c-89a1-83939e0946c2}", "01a2070b7665740c89a183939e0946c2"]
)
def test_other_spellings_are_no_record_ids(text: str) -> None:
    with pytest.raises(ValidationError):
        read(RecordId, text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đặng Văn Ổn", "dang van on"),
        ("ĐƯỜNG", "duong"),
        ("So\u0302\u0301t", "sot"),
        ("Straße", "strasse"),
        ("đĐ", "dd"),
    ],
)
def test_folding_takes_accents_and_case_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
