"""Where a page of a queue ends."""

from services.routing.cases.paging import Order, next_cursor, read_place
from tests.unit.services.routing.builders import a_case

CASES = [a_case(id=f"case-{number}") for number in range(3)]


def test_a_page_that_is_just_full_is_the_last() -> None:
    assert next_cursor(CASES[:2], 2, Order.NEWEST, None) is None


def test_the_next_page_begins_behind_the_last_case_of_this_one() -> None:
    cursor = next_cursor(CASES, 2, Order.NEWEST, None)
    assert cursor is not None
    assert read_place(cursor, Order.NEWEST).case_id == "case-1"
