"""What may be asked of epidemic areas, by page and HTTP alike."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from services.checkpoints.areas.domain import Measure
from shared.clock import HANOI
from shared.identity.chosen_ids import names_nobody
from shared.text import Command, Day, Line, Name, RecordId, Timestamp, clean_line, fold, invalid

_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 40


class DeclareArea(Command):
    """From `effective_from` on, people from this area are met with `measure`. Rules begin at 0h, Huế time."""

    name: Name
    name_en: Name | None = None
    called: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    measure: Measure
    days: Annotated[int, Field(ge=1, le=60)] = 14
    effective_from: Timestamp
    effective_until: Timestamp | None = None


class EndArea(Command):
    """The area no longer counts from this moment on."""

    effective_until: Timestamp


class DeclareForm(Command):
    """An area as the page declares it: days, which begin at 0h in Huế; its id follows from its name."""

    key: RecordId
    name: Name
    name_en: Name | None = None
    called: Line | None = None
    measure: Measure
    days: Annotated[int, Field(ge=1, le=60)] = 14
    from_day: Day
    until_day: Day | None = None

    @field_validator("name")
    @classmethod
    def _gives_an_id(cls, name: str) -> str:
        if not id_of(name):
            raise invalid("name", "Hãy viết tên bằng chữ la-tinh.", "Write the name in Latin letters.")
        names_nobody(id_of(name))
        return name

    @field_validator("until_day")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, told: ValidationInfo) -> date | None:
        if until is not None and "from_day" in told.data and until <= told.data["from_day"]:
            raise invalid("order", "Ngày kết thúc phải sau ngày bắt đầu.", "The end must come after the beginning.")
        return until

    @property
    def area_id(self) -> str:
        return id_of(self.name)

    @property
    def command(self) -> DeclareArea:
        names = [each.strip() for each in (self.called or "").split(",")]
        return DeclareArea(
            name=self.name,
            name_en=self.name_en,
            called=tuple(clean_line(name) for name in names if fold(name).strip() and name.strip(".- "))[:20],
            measure=self.measure,
            days=self.days,
            effective_from=midnight_in_hue(self.from_day),
            effective_until=midnight_in_hue(self.until_day) if self.until_day else None,
        )


class EndForm(Command):
    """The day at whose 0h an area ends."""

    key: RecordId
    version: Annotated[int, Field(ge=1)] | None = None
    until_day: Day

    @property
    def command(self) -> EndArea:
        return EndArea(effective_until=midnight_in_hue(self.until_day))


def id_of(name: str) -> str:
    """The id of an area of this name: `"Đà Nẵng"` → `"da-nang"`."""
    return _NOT_IN_IDS.sub("-", fold(name))[:_LONGEST_ID].strip("-")


def midnight_in_hue(day: date) -> datetime:
    """0h of a day in Huế, in UTC."""
    return datetime.combine(day, time(), HANOI).astimezone(UTC)
