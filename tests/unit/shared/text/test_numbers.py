"""Phones, identity numbers and plates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError

from shared.text import HOTLINES, Phone, PlateReading, read_cccd, read_phone, read_plate

YEAR = 2026


@pytest.mark.parametrize(
    "written",
    [
        "0905123456",
        "0905 123 456",
        "0905.123.456",
        "(090) 512-3456",
        "+84905123456",
        "+84 905 123 456",
        "84905123456",
        "0084905123456",
        "０９０５１２３４５６",
        "09\u200b05123456",
        "+84 (0) 905123456",
    ],
)
def test_one_number_has_one_spelling(written: str) -> None:
    assert read_phone(written) == "+84905123456"


@pytest.mark.parametrize("written", ["02343822325", "0234 3822 325"])
def test_land_lines_are_numbers(written: str) -> None:
    assert read_phone(written) == "+842343822325"


@pytest.mark.parametrize("hotline", sorted(HOTLINES))
def test_hotlines_stay_as_they_are_dialled(hotline: str) -> None:
    assert read_phone(hotline) == hotline


def test_numbers_of_other_countries_are_kept() -> None:
    assert read_phone("+856 20 55 123 456").startswith("+856")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "12",
        "0905",
        "09051234567890123",
        "gọi mẹ",
        "1800-FLOWERS",
        "0905123456 hoặc 0906",
        "٠٩٠٥١٢٣٤٥٦x",
        "+",
        "0" * 41,
    ],
)
def test_what_nobody_can_call_is_refused(written: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_phone(written)


@given(st.text())
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        number = read_phone(text)
    except PydanticCustomError:
        return
    assert number in HOTLINES or number.startswith("+")
    assert read_phone(number) == number


def test_a_number_as_json_integer_is_refused() -> None:
    with pytest.raises(ValueError, match="valid string"):
        TypeAdapter(Phone).validate_python(905123456)


@pytest.mark.parametrize(
    "written", ["046090000001", "046 090 000 001", "０４６０９００００００１", "046190000001", "046226000001"]
)
def test_plausible_identity_numbers_are_twelve_digits(written: str) -> None:
    number = read_cccd(written, YEAR)
    assert len(number) == 12
    assert number.isdecimal()


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("04609000000", "eleven digits"),
        ("0460900000011", "thirteen digits"),
        ("003090000001", "no such province"),
        ("046490000001", "born in the 22nd century"),
        ("046227000001", "born next year"),
        ("04609000000x", "a letter"),
        ("", "nothing"),
        ("191234567", "the older nine digits"),
    ],
)
def test_implausible_identity_numbers_are_refused(written: str, fault: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_cccd(written, YEAR)


@pytest.mark.parametrize(
    ("written", "plate", "province"),
    [
        ("75A-123.45", "75A12345", "Huế"),
        ("75a 12345", "75A12345", "Huế"),
        ("75-F1 234.56", "75F123456", "Huế"),
        ("75MĐ1-123.45", "75MD112345", "Huế"),
        ("43LD-012.34", "43LD01234", "Đà Nẵng"),
        ("29A-1234", "29A1234", "Hà Nội"),
        ("80-NG-123-45", "80NG12345", "Cục Cảnh sát giao thông"),
        ("T75-123456", "T75123456", "Huế"),
        ("75R-001.23", "75R00123", "Huế"),
    ],
)
def test_known_plates_have_one_spelling_and_a_province(written: str, plate: str, province: str) -> None:
    assert read_plate(written) == PlateReading(plate, known_form=True, province=province)


def test_military_plates_are_known_without_a_province() -> None:
    assert read_plate("TM-12-34") == PlateReading("TM1234", known_form=True, province=None)


@pytest.mark.parametrize("written", ["10A-123.45", "ກກ 1234", "75A", "KHÔNG BIỂN", "7"])
def test_unknown_forms_are_kept_with_a_flag(written: str) -> None:
    reading = read_plate(written)
    assert not reading.known_form
    assert reading.plate


@pytest.mark.parametrize("written", ["", "---", "🚗", "A" * 17, "1" * 41])
def test_what_cannot_be_a_plate_is_refused(written: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_plate(written)


@given(st.text(max_size=40))
def test_reading_a_plate_twice_changes_nothing(text: str) -> None:
    try:
        reading = read_plate(text)
    except PydanticCustomError:
        return
    assert read_plate(reading.plate) == reading
