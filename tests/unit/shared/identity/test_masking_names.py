import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.masking import mask_text

NAMES = ["Nguyễn Văn An", "Lê Thị Mai"]
HOME = ["12/5 Nguyễn Huệ, phường Phú Hội, thành phố Huế"]


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn An",
        "nguyễn văn an",
        "NGUYỄN VĂN AN",
        "Nguyen Van An",
        "nguyen  van an",
        "Nguyễn-Văn-An",
        unicodedata.normalize("NFD", "Nguyễn Văn An"),
        "Văn An",
        "Thị Mai",
    ],
)
def test_a_known_name_is_masked_in_every_spelling(name: str) -> None:
    assert mask_text(f"bệnh nhân là {name}, 67 tuổi", NAMES) == "bệnh nhân là [tên], 67 tuổi"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("anh An bị sốt", "anh [tên] bị sốt"),
        ("Chị Mai cũng vậy", "Chị [tên] cũng vậy"),
        ("tôi gặp An hôm qua", "tôi gặp [tên] hôm qua"),
    ],
)
def test_a_given_name_alone_is_masked_where_it_is_written_as_a_name(text: str, masked: str) -> None:
    assert mask_text(text, NAMES) == masked


@pytest.mark.parametrize(
    "text",
    [
        "mai đi khám, thì mai qua",
        "Mai tôi đi khám",
        "bình an nhé, em an toàn",
        "đường An Dương Vương",
        "chợ Văn Thánh",
        "NGÀY MAI TÔI ĐI KHÁM",
        "người nhà bệnh nhân ăn gì",
    ],
)
def test_common_words_that_are_also_names_stay(text: str) -> None:
    assert mask_text(text, NAMES) == text


def test_a_place_that_ends_like_a_given_name_stays() -> None:
    assert mask_text("qua đèo Hải Vân", ["Trần Thị Vân"]) == "qua đèo Hải Vân"


def test_a_rare_given_name_is_masked_at_the_beginning_of_a_sentence() -> None:
    assert mask_text("Tuấn bị sốt. Tuấn ho.", ["Phan Tuấn"]) == "[tên] bị sốt. [tên] ho."


@pytest.mark.parametrize(
    "place",
    [
        "12/5 Nguyễn Huệ, phường Phú Hội, thành phố Huế",
        "12/5 nguyen hue phuong phu hoi",
        "12/5 đường Nguyễn Huệ",
        "12/5 Nguyễn Huệ, thành phố Huế",
    ],
)
def test_a_known_address_is_masked_as_far_as_it_is_told(place: str) -> None:
    assert mask_text(f"tôi ở {place}.", addresses=HOME) == "tôi ở [địa chỉ]."


@pytest.mark.parametrize(
    "before", ["gọi 0905 123 456, ", "xe 75A-123.45 - ", "viết cho a@b.vn: ", "CCCD 046090123456,"]
)
def test_an_address_behind_something_else_that_is_masked_is_masked_as_well(before: str) -> None:
    masked = mask_text(f"{before}12/5 Nguyễn Huệ", addresses=HOME)
    assert masked.endswith("[địa chỉ]")
    assert "Huệ" not in masked


@pytest.mark.parametrize("text", ["đường Nguyễn Huệ đông xe", "ở phường Phú Hội", "thành phố Huế", "12 người"])
def test_streets_and_wards_alone_stay(text: str) -> None:
    assert mask_text(text, addresses=HOME) == text


def test_an_address_without_a_door_masks_nothing() -> None:
    assert mask_text("phường Phú Hội, Huế", addresses=["phường Phú Hội, Huế", "", "Huế"]) == "phường Phú Hội, Huế"


names = st.lists(
    st.sampled_from(["Nguyễn", "Trần", "Lê", "Phạm", "Văn", "Thị", "Đức", "Hùng", "Lan", "Tuấn", "Ngọc"]),
    min_size=3,
    max_size=4,
)


@given(names, st.sampled_from([str.upper, str.lower, str.title]))
def test_no_whole_name_survives_in_any_case(parts: list[str], case: object) -> None:
    name = " ".join(parts)
    written = case(name)  # type: ignore[operator]
    assert written not in mask_text(f"tôi tên {written} ở Huế", [name])


@given(st.lists(st.text(max_size=20), max_size=5), st.lists(st.text(max_size=40), max_size=3), st.text(max_size=200))
def test_no_name_or_address_breaks_masking(known: list[str], addresses: list[str], text: str) -> None:
    mask_text(text, known, addresses=addresses)
