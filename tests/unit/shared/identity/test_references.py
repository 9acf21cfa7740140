import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.references import Reference, References, normal_phone, normal_plate

KEY = bytes(range(32))
references = References(KEY)


def test_references_are_the_same_for_ever() -> None:
    assert references.person_refs(phone="0905 123 456", cccd="046090001234", email="A@b.vn", passport="b1234567") == (
        Reference("phone", "k1.meanpapbfdkdfccoijeblnhinhaejjgk"),
        Reference("cccd", "k1.cgimdaifnigpoabjnlgfgcppdpaohhcj"),
        Reference("email", "k1.galdmmkdjaeajkgpdnmhibgebndejklc"),
        Reference("passport", "k1.gfjmeiiilknoicmepjpgkbnhogiejlch"),
    )
    assert references.vehicle_ref("75-F1 234.56") == Reference("plate", "k1.epjaiefjkgagpldieajddmkaeiaglmim")


@pytest.mark.parametrize(
    "phone",
    [
        "0905123456",
        "0905 123 456",
        "+84 905 123 456",
        "0084905123456",
        "84905123456",
        "(+84) 0905-123-456",
        "０９０５１２３４５６",
    ],
)
def test_a_phone_has_one_reference_however_it_is_written(phone: str) -> None:
    assert references.person_refs(phone=phone) == references.person_refs(phone="0905123456")


def test_a_foreign_phone_keeps_its_country() -> None:
    assert normal_phone("+856 20 5555 1234") == "+8562055551234"


@pytest.mark.parametrize("plate", ["75-F1 234.56", "75F123456", "75f1-234.56", "75 F1 23456"])
def test_a_plate_has_one_reference_however_it_is_punctuated(plate: str) -> None:
    assert references.vehicle_ref(plate) == references.vehicle_ref("75F123456")


def test_the_letter_d_with_a_stroke_reads_as_d() -> None:
    assert normal_plate("29-MĐ1 123.45") == "29MD112345"


def test_what_is_not_known_gives_no_reference() -> None:
    assert references.person_refs() == ()
    assert references.person_refs(phone="", cccd=" ", email=None) == ()
    with pytest.raises(ValueError, match="plate"):
        references.vehicle_ref(" - ")


def test_an_old_identity_card_is_a_kind_of_its_own() -> None:
    assert [reference.by for reference in references.person_refs(cccd="191234567")] == ["cmnd"]


def test_equal_digits_of_different_kinds_are_different_people() -> None:
    one, other = references.person_refs(cccd="046090001234", passport="046090001234")
    assert one.ref != other.ref


def test_another_key_or_another_version_of_it_gives_other_references() -> None:
    (before,) = references.person_refs(phone="0905123456")
    (other_key,) = References(bytes(32)).person_refs(phone="0905123456")
    (rotated,) = References(bytes(32), version=2).person_refs(phone="0905123456")
    assert len({before.ref, other_key.ref, rotated.ref}) == 3
    assert rotated.ref.startswith("k2.")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        References(b"short")


def test_a_case_reference_holds_for_one_case_only() -> None:
    (phone,) = references.person_refs(phone="0905123456")
    first, again, other = (references.case_ref(phone, case) for case in ("case-1", "case-1", "case-2"))
    assert first == again
    assert first.by == "phone"
    assert len({phone.ref, first.ref, other.ref}) == 3


@given(st.text(alphabet="0123456789", min_size=1, max_size=15))
def test_no_reference_holds_a_digit_but_its_version(number: str) -> None:
    for reference in references.person_refs(phone=number, cccd=number):
        assert re.fullmatch(r"k1\.[a-p]{32}", reference.ref)


@given(st.text(max_size=50))
def test_no_text_breaks_a_reference(text: str) -> None:
    references.person_refs(phone=text, cccd=text, passport=text)
