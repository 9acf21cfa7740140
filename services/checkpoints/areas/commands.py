"""What may be asked of epidemic areas, by page and HTTP alike."""

from typing import Annotated

from pydantic import Field

from services.checkpoints.areas.domain import Measure
from shared.text import Command, Name, Timestamp


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
