import pytest

from services.routing.triage.dates import find_dates
from tests.unit.routing.triage.conftest import NOW, Read


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("Em mới từ Đà Nẵng về", True),
        ("toi o sai gon ve hom qua", True),
        ("vừa ở Nhật Bản về", True),
        ("Tôi về từ vùng dịch", True),
        ("came back from Hanoi yesterday", True),
        ("Tôi không đi đâu khỏi Huế", False),
        ("Con tôi đang học ở Sài Gòn", None),
        ("Từ Đà Nẵng vào Huế cần giấy tờ gì", None),
        ("Em bị sốt", None),
    ],
)
def test_coming_from_an_epidemic_area_is_said_denied_or_left_open(read: Read, text: str, came: bool | None) -> None:
    assert read(text).from_epidemic_area is came


def test_the_areas_are_those_given_not_those_of_the_profile(read: Read) -> None:
    assert read("Em mới từ Quảng Trị về", areas=frozenset({"Quảng Trị"})).from_epidemic_area is True
    assert read("Em mới từ Đà Nẵng về", areas=frozenset({"Quảng Trị"})).from_epidemic_area is None


def test_places_are_named_as_on_the_map(read: Read) -> None:
    assert read("từ sg về phường Xuân Phú").places == ("TP.HCM", "Xuân Phú")


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("hôm qua", ("2021-07-31",)),
        ("ngày 20/7", ("2021-07-20",)),
        ("20-7-2021", ("2021-07-20",)),
        ("ngày 3 tháng 8", ("2021-08-03",)),
        ("3 ngày trước", ("2021-07-29",)),
        ("31/2", ()),
        ("mấy hôm nay", ()),
        ("sốt 38/5", ()),
    ],
)
def test_dates_are_iso_and_relative_ones_counted_from_now(text: str, dates: tuple[str, ...]) -> None:
    assert find_dates(text, NOW) == dates


def test_a_date_without_a_year_is_the_nearest_one() -> None:
    assert find_dates("28/12", NOW.replace(month=1)) == ("2020-12-28",)
