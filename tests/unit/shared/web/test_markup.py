import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.web.markup import at_dots, attributes, field_id, sparkline


def test_attributes_are_escaped_and_underscores_become_hyphens() -> None:
    assert attributes({"hx_post": '/x?a=1&b="', "class_": "wide"}) == ' hx-post="/x?a=1&amp;b=&#34;" class="wide"'


def test_true_is_a_bare_attribute_and_false_is_none() -> None:
    assert attributes({"required": True, "disabled": False, "title": None}) == " required"


def test_the_id_of_a_field_follows_from_its_name() -> None:
    assert field_id("subject.phone") == "f-subject-phone"
    assert field_id("answers[q 1]") == "f-answers-q-1-"


@settings(max_examples=40)
@given(st.lists(st.floats(min_value=0, max_value=1e9), min_size=2, max_size=60))
def test_a_sparkline_stays_inside_its_box(values: list[float]) -> None:
    points = re.findall(r"(-?[\d.]+),(-?[\d.]+)", sparkline(values))
    assert len(points) == len(values)
    assert all(0 <= float(x) <= 120 and 0 <= float(y) <= 28 for x, y in points)


@pytest.mark.parametrize("values", [[], [3.0]])
def test_a_line_needs_two_points(values: list[float]) -> None:
    assert sparkline(values) == ""


def test_a_name_with_dots_may_break_behind_them_and_stays_text() -> None:
    assert at_dots("routing.cases.opened") == "routing.<wbr>cases.<wbr>opened"
    assert at_dots("<b>.x") == "&lt;b&gt;.<wbr>x"
    assert at_dots("Chờ lên Kafka") == "Chờ lên Kafka"
