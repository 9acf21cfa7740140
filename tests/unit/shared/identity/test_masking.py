import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.masking import mask, mask_text, masked_counts
from shared.identity.numbers import Kind


@pytest.mark.parametrize(
    "phone",
    [
        "0905123456",
        "0905 123 456",
        "090.512.3456",
        "0905-123-456",
        "0905/123/456",
        "0 9 0 5 1 2 3 4 5 6",
        "0.9.0.5.1.2.3.4.5.6",
        "+84905123456",
        "+84-905-123-456",
        "(+84) 905 123 456",
        "0084 905 123 456",
        "84905123456",
        "84 905 123 456",
        "84905.12.34.56",
        "+84 (0) 905 123 456",
        "02343822123",
        "(0234) 3822 123",
        "0234.3822.123",
        "054 3822 123",
        "01681234567",
        "０９０５１２３４５６",
        "0905\u200b123\u200d456",
        "0️⃣9️⃣0️⃣5️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣",
        "٠٩٠٥١٢٣٤٥٦",
        "o9o5 123 456",
        "+856 20 5555 1234",
        "không chín không năm một hai ba bốn năm sáu",
        "KHÔNG CHÍN KHÔNG NĂM, MỘT HAI BA, BỐN NĂM SÁU",
        "khong chin khong nam mot hai ba bon nam sau",
        "0905 một hai ba bốn năm sáu",
    ],
)
def test_a_phone_is_masked_in_every_spelling(phone: str) -> None:
    assert mask_text(f"gọi {phone} nhé") == "gọi [SĐT] nhé"
    assert mask_text(f"Sđt:{phone}.") == "Sđt:[SĐT]."


@pytest.mark.parametrize(
    ("card", "token"),
    [
        ("046090001234", "[CCCD]"),
        ("046 090 001 234", "[CCCD]"),
        ("046 090 001234", "[CCCD]"),
        ("0460 9000 1234", "[CCCD]"),
        ("046.090.001.234", "[CCCD]"),
        ("046090-001234", "[CCCD]"),
        ("191234567", "[CMND]"),
        ("191 234 567", "[CMND]"),
        ("B1234567", "[hộ chiếu]"),
        ("4752010123456789", "[số]"),
    ],
)
def test_numbers_of_cards_are_masked(card: str, token: str) -> None:
    assert mask_text(f"số {card}, cấp ở Huế") == f"số {token}, cấp ở Huế"


def test_a_card_that_is_named_is_masked_however_it_is_grouped() -> None:
    assert mask_text("CMND số: 191.234.567") == "CMND số: [CMND]"
    assert mask_text("căn cước công dân 0460-90-001234") == "căn cước công dân [CCCD]"


@pytest.mark.parametrize(
    "address",
    [
        "a.b-c+d@gmail.com",
        "Nguyen.Van.An@HUE.gov.vn",
        "an＠gmail．com",
        "an (at) gmail (dot) com",
        "an a còng gmail chấm com",
    ],
)
def test_an_email_address_is_masked(address: str) -> None:
    assert mask_text(f"viết cho {address} nhé") == "viết cho [email] nhé"


@pytest.mark.parametrize(
    "plate",
    [
        "75-F1 234.56",
        "75F1-234.56",
        "75F123456",
        "75f1 23456",
        "75-F1-1234",
        "51D-123.45",
        "75A 12345",
        "75C-012.34",
        "29-MĐ1 123.45",
        "80-NG-12345",
        "75H 123.45",
    ],
)
def test_a_plate_is_masked(plate: str) -> None:
    assert mask_text(f"xe {plate} chạy qua") == "xe [biển số] chạy qua"


def test_a_plate_of_the_army_is_masked_where_it_is_named() -> None:
    assert mask_text("biển số TM-12-34 đi qua") == "biển số [biển số] đi qua"


@pytest.mark.parametrize(
    "text",
    [
        "sốt 39.5 độ, SpO2 92, huyết áp 120/80, mạch 110 trong 3 ngày",
        "gọi 19001075, 1900 1075, 18001119, 1022 hay 115",
        "ngày 23/11/2026 lúc 14:30, 03.11.2026 14 giờ, 02/11/2026 123 ca, 2026-11-23 08 giờ",
        "giá 100000000 đồng, 120.000.000 đ, 1.200.000 VND",
        "lúc 15h 2026, 10kg 20000, 20 km 1500",
        "năm hai không hai sáu; một hai ba bốn năm",
        "phường 7, tổ 12, kiệt 131, quốc lộ 1A, km 894",
        "báo cáo 0190a123-4567-7890-1234-123456789012",
        "mã CPP4-J0AQ-HXVQ-11",
        "2 mũi vắc-xin, 816,611 người, 64.009 xe",
        "a @ b, @everyone, 5@",
    ],
)
def test_ordinary_figures_stay(text: str) -> None:
    assert mask_text(text) == text


def test_what_stands_around_a_number_stays_to_the_letter() -> None:
    text = "Chào ơ\u031b Huế 🙏, gọi 0905 123 456 – hoặc\t0234 3822 123!"
    assert mask_text(text) == "Chào ơ\u031b Huế 🙏, gọi [SĐT] – hoặc\t[SĐT]!"


def test_counts_say_what_was_taken_out() -> None:
    assert masked_counts("0905123456, 0914123456, 75F1-234.56, a@b.vn") == {
        Kind.PHONE: 2,
        Kind.PLATE: 1,
        Kind.EMAIL: 1,
    }


phones = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)
cards = st.from_regex(r"0[0-9]{11}", fullmatch=True)
gaps = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u200b", " - "])
words = st.text(alphabet="abcghiklmnpqrtuvxyăâêôơưđ ,.;:!?\n", max_size=30)


@given(words, phones, gaps, words)
def test_no_phone_survives_in_any_grouping(before: str, phone: str, gap: str, after: str) -> None:
    written = gap.join([phone[:4], phone[4:7], phone[7:]])
    masked = mask_text(f"{before} {written} {after}")
    assert phone[-6:] not in "".join(filter(str.isdigit, masked))
    assert "[SĐT]" in masked


@given(
    st.integers(11, 99),
    st.sampled_from(["A", "C", "LD", "NG", "F1", "X3", "MĐ1"]),
    st.from_regex(r"[0-9]{3}[. ]?[0-9]{2}|[0-9]{4}", fullmatch=True),
    st.sampled_from(["", "-", " ", "."]),
    st.sampled_from(["", "-", " ", ".", " - "]),
    st.sampled_from([str.upper, str.lower]),
)
def test_no_plate_survives(province: int, series: str, number: str, first: str, second: str, case: object) -> None:
    plate = case(f"{province}{first}{series}{second}{number}")  # type: ignore[operator]
    assert mask_text(f"thấy xe {plate} vượt chốt lúc 15h") == "thấy xe [biển số] vượt chốt lúc 15h"


@given(words, cards, words)
def test_no_card_survives(before: str, card: str, after: str) -> None:
    assert not any(map(str.isdigit, mask_text(f"{before} {card} {after}")))


@given(st.text(max_size=300))
def test_masking_a_second_time_changes_nothing(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.lists(st.one_of(phones, cards, words, st.just("75F1-234.56"), st.just("a@b.vn")), max_size=10))
def test_masking_texts_full_of_numbers_twice_changes_nothing(pieces: list[str]) -> None:
    once = mask_text(" ".join(pieces))
    assert mask_text(once) == once


@given(words)
def test_text_without_numbers_and_names_stays_as_it_is(text: str) -> None:
    assert mask(text).text == text
