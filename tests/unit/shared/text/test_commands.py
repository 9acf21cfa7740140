"""Commands, places and moments."""

import contextlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import Unprocessable
from shared.text import Command, Day, Line, Timestamp, VietnamPoint, require_plausible
from tests.corpora import operators

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class Kind(StrEnum):
    FEVER = "fever"


class Inner(Command):
    count: int = 0


class Everything(Command):
    line: Line = "x"
    count: int = 0
    share: float = 0
    sure: bool = False
    kind: Kind = Kind.FEVER
    id: UUID | None = None
    at: Timestamp | None = None
    day: Day | None = None
    where: VietnamPoint | None = None
    counts: tuple[int, ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()


@pytest.mark.parametrize(
    "fields",
    [
        {"count": "7"},
        {"count": True},
        {"count": 7.0},
        {"share": "0.5"},
        {"share": True},
        {"sure": 1},
        {"sure": "true"},
        {"sure": "on"},
        {"line": 7},
        {"line": None},
        {"kind": "FEVER"},
        {"kind": 0},
        {"counts": "123"},
        {"counts": ["1"]},
        {"counts": 1},
        {"inner": {"count": "1"}},
        {"inners": [{"count": True}]},
        {"at": 1700000000},
        {"at": "1700000000"},
        {"at": "2026-11-23"},
        {"at": "2026-11-23T08:30:00"},
        {"day": 0},
        {"day": "2026-11-23T00:00:00"},
        {"day": "23/11/2026"},
    ],
)
def test_nothing_is_coerced(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate(fields)


def test_json_spellings_of_enums_ids_moments_and_lists_are_read() -> None:
    read = Everything.model_validate(
        {
            "kind": "fever",
            "id": "01a2070b-7665-740c-89a1-83939e0946c2",
            "at": "2026-11-23T08:30:00.123456+07:00",
            "day": "2026-11-23",
            "share": 1,
            "counts": [1, 2],
            "inners": [{"count": 3}],
        }
    )
    assert read.kind is Kind.FEVER
    assert read.at == NOW.replace(microsecond=123_000)
    assert read.day == date(2026, 11, 23)
    assert read.counts == (1, 2)
    assert read.inners == (Inner(count=3),)


@pytest.mark.parametrize(
    "fields", [{"unknown": 1}, {"inner": {"$gt": 1}}, {"_id": "x"}, {"version": 1}, {"pending": []}]
)
def test_unknown_fields_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate(fields)


@pytest.mark.parametrize("field", Everything.model_fields)
@pytest.mark.parametrize("operator", operators(), ids=str)
def test_no_operator_passes_any_field(field: str, operator: object) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate({field: operator})


def test_a_command_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Everything().count = 1  # type: ignore[misc]


def test_an_error_does_not_show_what_was_written() -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate({"count": "0905123456"})
    assert "0905" not in str(refused.value)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(16.46, 107.59), (8.6, 104.7), (23.39, 105.32), (16.53, 111.61), (8.64, 111.92), (10.2, 103.96)],
    ids=["Huế", "Cà Mau", "Lũng Cú", "Hoàng Sa", "Trường Sa", "Phú Quốc"],
)
def test_all_of_vietnam_is_in_vietnam(latitude: float, longitude: float) -> None:
    VietnamPoint(latitude=latitude, longitude=longitude)


@pytest.mark.parametrize(
    ("point", "kind"),
    [
        ({"latitude": 107.59, "longitude": 16.46}, "point_swapped"),
        ({"latitude": 48.85, "longitude": 2.35}, "point_outside"),
        ({"latitude": 0, "longitude": 0}, "point_outside"),
        ({"latitude": 16.46, "longitude": -107.59}, "point_outside"),
        ({"latitude": 1e300, "longitude": 107}, "less_than_equal"),
        ({"latitude": float("nan"), "longitude": 107}, "finite_number"),
        ({"latitude": "16.46", "longitude": "107.59"}, "float_type"),
    ],
)
def test_other_places_are_refused_and_swapped_ones_named(point: dict[str, object], kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        VietnamPoint.model_validate(point)
    assert refused.value.errors()[0]["type"] == kind


@pytest.mark.parametrize(
    "at", ["1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_moments_far_from_any_epidemic_are_refused(at: str) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate({"at": at})


@given(st.text() | st.integers() | st.floats() | st.booleans())
def test_any_value_is_a_moment_or_a_refusal(value: object) -> None:
    with contextlib.suppress(ValidationError):
        Everything.model_validate({"at": value, "day": value})


def test_a_phone_clock_may_be_a_day_ahead_but_not_two() -> None:
    assert require_plausible(NOW + timedelta(hours=23), NOW)
    with pytest.raises(Unprocessable) as refused:
        require_plausible(NOW + timedelta(days=2), NOW, field="seen_at")
    assert refused.value.fields[0].field == "seen_at"
