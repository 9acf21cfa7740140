"""Filters as they stand in an address, and what they ask of the store."""

import pytest

from services.routing.cases.api import CasesAsked
from services.routing.cases.domain import CaseStatus
from services.routing.cases.filters import board_wish, inbox_wish
from services.routing.cases.paging import Order, Place
from services.routing.cases.store import Attention, CaseFilter
from shared.errors import Unprocessable
from shared.http import encode_cursor
from tests.corpora import naughty_strings
from tests.unit.services.routing.builders import AGENCIES, NOON

BEFORE_TIME = encode_cursor("0001-01-01T00:00:00+14:00", "c-1")
WARDS = ("thuan-hoa", "vy-da")


def test_an_inbox_shows_what_is_to_do_unless_asked() -> None:
    wish = inbox_wish({}, "cdc", WARDS)
    assert wish.chosen == CaseFilter(agency="cdc", status=CaseStatus.OPEN.value)
    assert wish.query == ""


def test_filters_stay_in_the_address() -> None:
    wish = inbox_wish({"urgency": "high", "ward": "vy-da", "category": "", "show": "ended"}, "cdc", WARDS)
    assert wish.query == "?urgency=high&ward=vy-da&show=ended"
    assert wish.chosen.tasks == ("declined", "resolved", "withdrawn")


def test_nobody_asks_for_another_agencys_inbox() -> None:
    assert inbox_wish({"agency": "police"}, "cdc", WARDS).chosen.agency == "cdc"


@pytest.mark.parametrize("name", ["urgency", "category", "ward", "attention", "status", "agency"])
@pytest.mark.parametrize("text", [each.text for each in naughty_strings()[:30] if each.text])
def test_a_filter_nobody_knows_is_refused_and_never_dropped(name: str, text: str) -> None:
    with pytest.raises(Unprocessable):
        board_wish({name: text}, WARDS, AGENCIES)


@pytest.mark.parametrize(
    "cursor", ["x", "%00", encode_cursor("yesterday", "c-1"), encode_cursor(1, "c-1"), BEFORE_TIME]
)
def test_a_cursor_made_by_hand_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        board_wish({"cursor": cursor}, WARDS, AGENCIES)
    (problem,) = refused.value.fields
    assert (refused.value.slug, problem.field, problem.place) == ("invalid-fields", "cursor", "query")


def test_a_page_goes_on_where_the_last_one_ended() -> None:
    cursor = encode_cursor(NOON.isoformat(), "c-1")
    wish = board_wish({"cursor": cursor, "urgency": "high"}, WARDS, AGENCIES)
    assert wish.place == Place(opened_at=NOON, case_id="c-1")
    assert wish.query == "?urgency=high"
    assert wish.here == f"?urgency=high&cursor={cursor}"


def test_work_to_do_stands_in_the_order_asked_for_and_what_is_done_by_age() -> None:
    assert inbox_wish({}, "cdc", WARDS).order is Order.URGENT
    assert inbox_wish({"order": "newest"}, "cdc", WARDS).order is Order.NEWEST
    assert inbox_wish({"order": "urgent", "show": "ended"}, "cdc", WARDS).order is Order.NEWEST


def test_what_waits_and_what_is_at_work_are_parts_of_what_is_to_do() -> None:
    waiting, working = [inbox_wish({"show": show}, "cdc", WARDS).chosen for show in ("waiting", "working")]
    assert (waiting.status, waiting.tasks) == ("open", ("assigned",))
    assert (working.status, working.tasks) == ("open", ("acknowledged",))


def test_an_id_is_looked_for_among_all_tasks_of_the_agency_and_no_others() -> None:
    chosen = inbox_wish({"id": " 7B0C8F52 "}, "cdc", WARDS).chosen
    assert (chosen.id, chosen.status, chosen.tasks) == ("7b0c8f52", None, ())
    (_mine, condition) = chosen.query(NOON)["$and"]
    assert condition["$or"][1]["state.tasks"]["$elemMatch"]["agency"] == "cdc"


@pytest.mark.parametrize(
    "typed", ["0905123456", "046099001234", "Nguyễn Văn A", "75A-123.45", "7b0c8f5", "{$gt: 1}", "٠١٢٣٤٥٦٧"]
)
def test_what_could_name_a_person_is_no_id(typed: str) -> None:
    with pytest.raises(Unprocessable):
        inbox_wish({"id": typed}, "cdc", WARDS)


@pytest.mark.parametrize("typed", ["75a12345", "75A12345", "b1234567", "75a12345-", "75a12345-1b2"])
def test_eight_signs_that_could_be_a_plate_or_a_passport_are_refused_on_pages_and_in_programs(typed: str) -> None:
    for ask in (lambda: inbox_wish({"id": typed}, "cdc", WARDS), CasesAsked(id=typed).filter):
        with pytest.raises(Unprocessable) as refused:
            ask()
        assert "type the next four signs" in refused.value.text.en


@pytest.mark.parametrize("typed", ["75a12345-1b2c", "75A12345-1B2C-4904-A5D2", "7B0C8F52"])
def test_more_of_an_id_is_no_plate_and_case_does_not_matter(typed: str) -> None:
    assert inbox_wish({"id": typed}, "cdc", WARDS).chosen.id == typed.lower()
    assert CasesAsked(id=typed).filter().id == typed.lower()


@pytest.mark.parametrize(
    "cursor",
    [
        encode_cursor(NOON.isoformat(), "c-1"),
        encode_cursor("severe", "assigned", NOON.isoformat(), "c-1"),
        encode_cursor("high", "resolved", NOON.isoformat(), "c-1"),
    ],
)
def test_a_cursor_of_another_order_or_of_no_section_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable):
        inbox_wish({"cursor": cursor}, "cdc", WARDS)


def test_open_for_an_agency_means_its_own_task() -> None:
    query = CaseFilter(agency="cdc", status="open").query(NOON)
    assert query == {
        "$and": [{"state.tasks": {"$elemMatch": {"agency": "cdc", "status": {"$in": ["assigned", "acknowledged"]}}}}]
    }


def test_overdue_is_as_of_now_and_of_one_agency() -> None:
    (condition,) = CaseFilter(attention=Attention.OVERDUE).query(NOON)["$and"]
    first = condition["$or"][0]["state.tasks"]["$elemMatch"]
    assert first == {"status": "assigned", "acknowledge_by": {"$lt": NOON}}
    mine = CaseFilter(agency="cdc", attention=Attention.OVERDUE).query(NOON)["$and"][1]
    assert all(each["state.tasks"]["$elemMatch"]["agency"] == "cdc" for each in mine["$or"])
