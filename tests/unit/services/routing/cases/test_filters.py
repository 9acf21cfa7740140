"""Filters as they stand in an address, and what they ask of the store."""

import pytest

from services.routing.cases.domain import CaseStatus
from services.routing.cases.filters import board_wish, inbox_wish
from services.routing.cases.store import Attention, CaseFilter
from shared.errors import Unprocessable
from shared.http import encode_cursor
from tests.corpora import naughty_strings
from tests.unit.services.routing.builders import AGENCIES, NOON

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


@pytest.mark.parametrize("cursor", ["x", "%00", encode_cursor("yesterday", "c-1"), encode_cursor(1, "c-1")])
def test_a_cursor_made_by_hand_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable):
        board_wish({"cursor": cursor}, WARDS, AGENCIES)


def test_a_page_goes_on_where_the_last_one_ended() -> None:
    cursor = encode_cursor(NOON.isoformat(), "c-1")
    assert board_wish({"cursor": cursor}, WARDS, AGENCIES).before == (NOON, "c-1")


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
