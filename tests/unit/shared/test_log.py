import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.log import MAX_LINE
from shared.telemetry import current_request_id, current_traceparent, new_traceparent, trace_id
from tests.corpora import naughty_strings
from tests.unit.shared.captured_log import captured_log


def lines_of(*events: tuple[str, dict[str, Any]]) -> list[str]:
    with captured_log("intake") as written:
        log = structlog.get_logger("test")
        for event, values in events:
            log.info(event, **values)
    assert written.getvalue().endswith("\n")
    return [line for line in written.getvalue()[:-1].split("\n") if not is_somebody_elses(line)]


def is_somebody_elses(line: str) -> bool:
    """Whether a library logged it meanwhile, such as about a connection that another test left to the collector."""
    try:
        return bool(json.loads(line).get("logger") != "test")
    except ValueError:
        return False


def line_of(event: str, **values: Any) -> dict[str, Any]:
    (line,) = lines_of((event, values))
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_says_when_how_bad_who_and_what() -> None:
    line = line_of("case_opened", count=3)
    assert list(line)[:4] == ["time", "level", "service", "event"]
    assert line["time"].endswith("Z")
    assert (line["level"], line["service"], line["event"], line["count"]) == ("info", "intake", "case_opened", 3)


def test_a_line_belongs_to_its_request_and_trace() -> None:
    traceparent = new_traceparent()
    tokens = current_request_id.set("01a2070b-7665-740c-89a1-83939e0946c2"), current_traceparent.set(traceparent)
    line = line_of("x")
    current_request_id.reset(tokens[0])
    current_traceparent.reset(tokens[1])
    assert line["request_id"] == "01a2070b-7665-740c-89a1-83939e0946c2"
    assert line["trace_id"] == trace_id(traceparent)


@pytest.mark.parametrize(
    "canary",
    ["0905123456", "+84 905 123 456", "046090000001", "ten.ho@example.vn", "75A-123.45"],
)
def test_numbers_addresses_and_plates_are_masked_wherever_they_stand(canary: str) -> None:
    with captured_log("intake") as written:
        log = structlog.get_logger("test")
        log.info(f"saw {canary}", value=canary, inside={"a": [f"x {canary} y"], canary: 1})  # noqa: G004 - what must not be done is tried
        logging.getLogger("aiokafka.consumer").warning("record %s", canary)
        log.error("failed", exc_info=ValueError(f"bad value {canary}"))
    assert canary not in written.getvalue()
    assert len(written.getvalue().splitlines()) == 3


def test_identifiers_are_not_mistaken_for_numbers() -> None:
    for identifier in ("01905123-4560-7123-8090-512345678901", "09051234560905123456090512345678"):
        assert line_of("x", record_id=identifier)["record_id"] == identifier


@pytest.mark.parametrize("case", naughty_strings(), ids=lambda case: case.name)
def test_no_string_breaks_or_fakes_a_line(case: Any) -> None:
    (line,) = lines_of((case.text, {"value": case.text, "key": {case.text: case.text}}))
    assert isinstance(json.loads(line), dict)
    assert not set(line) & set("\x00\x07\x1b\x7f\r\x85\x9b\u2028\u2029\u202e")
    assert len(line.splitlines()) == 1


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: key != "event"), st.text() | st.integers() | st.floats() | st.binary()
    )
)
def test_any_values_make_one_line(values: dict[str, Any]) -> None:
    with captured_log("intake") as written:
        structlog.get_logger("test").info("x", extra=values)
    assert isinstance(json.loads(written.getvalue()), dict)


def test_a_line_is_never_longer_than_16_kilobytes() -> None:
    big = {f"key{number}": "ầ" * 5000 for number in range(40)}
    (line,) = lines_of(("big", {"value": big, "more": "x" * 1_000_000}))
    assert len(line.encode()) <= MAX_LINE
    assert json.loads(line)["cut"] is True
    assert json.loads(line)["event"] == "big"


def test_an_exception_shows_type_and_places_but_no_values() -> None:
    with captured_log("intake") as written:
        try:
            dict[str, int]()["Nguyễn Thị Bưởi"]
        except KeyError:
            structlog.get_logger("test").exception("failed")
    line = json.loads(written.getvalue())
    assert line["error"] == "KeyError"
    assert any("test_log.py" in frame for frame in line["frames"])
    assert "Bưởi" not in written.getvalue()


def test_the_standard_library_writes_the_same_lines() -> None:
    with captured_log("intake") as written:
        logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
        logging.getLogger("uvicorn.access").info("GET /track/SECRET")
        logging.getLogger("aiokafka").info("chatter")
        logging.getLogger("httpx").info("GET http://x/?q=secret")
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["logger"], line["event"], line["service"]) == (
        "uvicorn.error",
        "Started server process [7]",
        "intake",
    )


def test_quieter_levels_stay_unwritten() -> None:
    with captured_log("intake", "warning") as written:
        structlog.get_logger("test").info("x")
    assert written.getvalue() == ""
