import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.telemetry import child_traceparent, exposition, new_traceparent, trace_id

FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
KNOWN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


def test_each_new_trace_is_another() -> None:
    traces = {trace_id(new_traceparent()) for _ in range(100)}
    assert len(traces) == 100


def test_a_child_keeps_trace_and_flags_and_has_its_own_span() -> None:
    child = child_traceparent(KNOWN)
    assert FORM.fullmatch(child)
    assert trace_id(child) == trace_id(KNOWN)
    assert child.endswith("-00")
    assert child != KNOWN


@pytest.mark.parametrize(
    "received",
    [
        None,
        "",
        "x",
        KNOWN.upper(),
        "ff" + KNOWN[2:],
        KNOWN.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        KNOWN.replace("00f067aa0ba902b7", "0" * 16),
        KNOWN + "-more",
        KNOWN + "\n",
    ],
)
def test_what_is_no_traceparent_begins_a_new_trace(received: str | None) -> None:
    assert trace_id(child_traceparent(received)) != trace_id(KNOWN)


@given(st.text())
def test_a_child_is_always_well_formed(received: str) -> None:
    assert FORM.fullmatch(child_traceparent(received))


def test_the_mechanisms_figures_are_exposed() -> None:
    body, media_type = exposition()
    assert media_type.startswith("text/plain")
    for name in (
        "events_published_total",
        "dead_letters_total",
        "consumer_lag",
        "outbox_pending",
        "http_requests_total",
    ):
        assert f"# TYPE {name} ".encode() in body
