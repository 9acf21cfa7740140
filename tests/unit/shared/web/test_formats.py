from datetime import UTC, datetime

import pytest

from shared.errors import Text
from shared.web.formats import URGENCIES, Formats, dial, phone, strain
from shared.web.language import Language, load_translations
from tests.unit.shared.web.builders import NOON, before


def formats(language: Language = "vi") -> Formats:
    return Formats(language, load_translations(language, ("shared",)))


def test_times_are_shown_in_hue_and_kept_in_utc_for_machines() -> None:
    moment = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
    assert formats().local_time(moment) == '<time datetime="2026-11-23T17:05:00Z">00:05, 24/11/2026</time>'
    assert formats().local_date(moment) == '<time datetime="2026-11-23T17:05:00Z">24/11/2026</time>'
    assert formats().clock(moment, seconds=True) == '<time datetime="2026-11-23T17:05:00Z">00:05:00</time>'


@pytest.mark.parametrize(
    ("ago", "vietnamese", "english"),
    [
        ({"seconds": 0.4}, "vừa xong", "just now"),
        ({"seconds": 45}, "45 giây trước", "45 seconds ago"),
        ({"minutes": 1, "seconds": 59}, "1 phút trước", "1 minute ago"),
        ({"hours": 3}, "3 giờ trước", "3 hours ago"),
        ({"days": 40}, "40 ngày trước", "40 days ago"),
        ({"minutes": -2}, "còn 2 phút", "in 2 minutes"),
    ],
)
def test_ages_are_said_in_their_largest_unit(ago: dict[str, float], vietnamese: str, english: str) -> None:
    assert f">{vietnamese}</time>" in formats().age(before(**ago), NOON)
    assert f">{english}</time>" in formats("en").age(before(**ago), NOON)


def test_an_age_has_the_exact_time_in_its_title() -> None:
    assert 'title="11:57:00, 23/11/2026"' in formats().age(before(minutes=3), NOON)


def test_numbers_have_the_separators_of_the_language() -> None:
    assert formats().number(1234567.891, 2) == "1.234.567,89"
    assert formats("en").number(1234567.891, 2) == "1,234,567.89"
    assert formats().number(-20391) == "-20.391"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0905123456", "0905 123 456"),
        ("+84905123456", "0905 123 456"),
        ("19001075", "1900 1075"),
        ("115", "115"),
        ("0234.3822.222", "02343822222"),
    ],
)
def test_phone_numbers_are_grouped_as_people_say_them(number: str, written: str) -> None:
    assert phone(number) == written


def test_a_number_to_dial_has_nothing_else_in_it() -> None:
    assert dial('0905 123 456" onclick="x') == "tel:0905123456"


def test_every_urgency_has_a_name_in_both_languages() -> None:
    names = [(formats().urgency_label(urgency), formats("en").urgency_label(urgency)) for urgency in URGENCIES]
    assert names == [("Khẩn cấp", "Emergency"), ("Cao", "High"), ("Thường", "Normal"), ("Thấp", "Low")]


def test_a_text_in_two_languages_is_said_in_one() -> None:
    assert formats().say(Text("Có", "Yes")) == "Có"
    assert formats("en").say(Text("Có", "Yes")) == "Yes"
    assert formats("en").say("Có") == "Có"


def test_a_marked_label_with_a_percent_sign_is_not_formatted() -> None:
    assert formats("en").translated("Vượt 100 %(hay hơn)") == "Vượt 100 %(hay hơn)"


def test_a_delay_worries_after_ten_seconds_and_alarms_after_a_minute() -> None:
    assert [strain(seconds) for seconds in (None, 0, 10, 10.5, 60, 61)] == [
        "",
        "",
        "",
        "warning",
        "warning",
        "danger",
    ]
