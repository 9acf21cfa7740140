"""The orders of a queue, and where a page of it ended, so that the next one goes on there whatever came meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from services.routing.cases.domain import Case, TaskStatus
from shared.errors import FieldProblem, Text, Unprocessable
from shared.events.cases import Urgency
from shared.http import decode_cursor, encode_cursor

Section = tuple[Urgency, TaskStatus]

SECTIONS: tuple[Section, ...] = tuple(
    (urgency, status) for urgency in Urgency for status in (TaskStatus.ASSIGNED, TaskStatus.ACKNOWLEDGED)
)
"""An agency's work in the order in which it is due: what nobody acknowledged stands before the rest."""

_WRONG = Text(vi="Con trỏ trang không hợp lệ; hãy bắt đầu lại.", en="This page cursor is invalid; start again.")


class Order(StrEnum):
    """What stands first."""

    URGENT = "urgent"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ended.

    Attributes:
        section: of work in the order of its urgency; None where age alone counts.
    """

    opened_at: datetime
    case_id: str
    section: Section | None = None


def sections_from(place: Place | None) -> tuple[Section, ...]:
    """The sections from that of `place` on."""
    return SECTIONS if place is None or place.section is None else SECTIONS[SECTIONS.index(place.section) :]


def next_cursor(found: Sequence[Case], size: int, order: Order, agency: str | None) -> str | None:
    """The cursor of the page after that of the first `size` found; None when no more were found than these."""
    if len(found) <= size:
        return None
    last = found[size - 1]
    section = _section_of(last, agency) if order is Order.URGENT else ()
    return encode_cursor(*section, last.opened_at.isoformat(), last.id)


def read_place(cursor: str, order: Order) -> Place:
    """Where a page begins.

    Raises:
        Unprocessable: the cursor is none of ours, or one of another order.
    """
    *section, at, case_id = decode_cursor(cursor, (str,) * (4 if order is Order.URGENT else 2))
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return Place(opened_at=moment, case_id=case_id, section=_read_section(section))
    except (ValueError, OverflowError) as error:
        raise Unprocessable("invalid-fields", _WRONG, fields=[FieldProblem("cursor", _WRONG, "query")]) from error


def _section_of(case: Case, agency: str | None) -> Section:
    waits = any(task.agency == agency and task.status is TaskStatus.ASSIGNED for task in case.tasks)
    return case.urgency, TaskStatus.ASSIGNED if waits else TaskStatus.ACKNOWLEDGED


def _read_section(values: Sequence[str]) -> Section | None:
    if not values:
        return None
    section = Urgency(values[0]), TaskStatus(values[1])
    return SECTIONS[SECTIONS.index(section)]
