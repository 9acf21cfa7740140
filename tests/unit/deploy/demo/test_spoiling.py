"""A bad input is the good one but for the one value that is bad."""

import json

import pytest

from deploy.demo.actions import ActionKind, BadInput, Report
from deploy.demo.bodies import report_body
from deploy.demo.spoiling import spoilt
from tests.unit.deploy.demo.days import busy_day


def some_report() -> Report:
    payload = busy_day().of(ActionKind.REPORT)[0].payload
    assert isinstance(payload, Report)
    return payload


def bad(of: ActionKind = ActionKind.REPORT, **fields: object) -> BadInput:
    given = {"flaw": "test", "base": some_report(), **fields}
    return BadInput(of=of, **given)  # type: ignore[arg-type]  # a builder with named overrides


def test_only_the_named_field_differs() -> None:
    good = report_body(some_report())
    body = json.loads(spoilt(bad(field="words", value="7"), good).content)
    assert body == {**json.loads(json.dumps(good)), "words": 7}


@pytest.mark.parametrize("value", ['"\\ud800"', '"a\\u0000b"', "1e999", '{"$gt": ""}'])
def test_the_bad_value_is_sent_letter_by_letter(value: str) -> None:
    content = spoilt(bad(field="words", value=value), report_body(some_report())).content
    assert f'"words": {value}'.encode() in content


def test_a_field_of_the_day_is_put_where_the_door_has_it() -> None:
    body = json.loads(spoilt(bad(field="latitude", value="48.8566"), {"words": "x"}).content)
    assert body["where"] == {"latitude": 48.8566, "longitude": 107.59}


def test_a_place_inside_a_list_is_found() -> None:
    good = {"travellers": [{"temperature": 36.5}]}
    spoilt_body = spoilt(bad(ActionKind.PASS, field="people.0.temperature", value="98.6"), good)
    assert json.loads(spoilt_body.content) == {"travellers": [{"temperature": 98.6}]}


def test_a_whole_bad_body_goes_as_it_is() -> None:
    raw = spoilt(bad(raw=b"\x89PNG", content_type="image/png", content_encoding="gzip"), {})
    assert (raw.content, raw.content_type, raw.content_encoding) == (b"\x89PNG", "image/png", "gzip")


def test_other_content_under_a_used_key_is_a_good_body() -> None:
    assert json.loads(spoilt(bad(other_content_of="key"), {"words": "khác"}).content) == {"words": "khác"}
