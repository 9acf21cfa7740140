"""What may be asked of permits, by page and HTTP alike."""

from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from services.checkpoints.permits.domain import Purpose
from services.checkpoints.posts.plates import LatinPlate
from shared.text import Command, Line, Name, Phone, Slug, Timestamp, WordsUpTo, invalid


class IssuePermit(Command):
    """A permit for a vehicle, with its trailer if it has one; `posts` empty means all."""

    purpose: Purpose
    plate: LatinPlate
    trailer: LatinPlate | None = None
    holder_name: Name | None = None
    holder_phone: Phone | None = None
    note: Line | None = None
    valid_from: Timestamp
    valid_until: Timestamp
    posts: Annotated[tuple[Slug, ...], Field(max_length=40)] = ()
    synthetic: bool = False


class RevokePermit(Command):
    reason: Annotated[str, Strict(), WordsUpTo(500)]


class FindPermits(Command):
    """By hand code or by plate; asked by POST, for addresses are logged."""

    code: Line | None = None
    plate: LatinPlate | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.plate is None):
            raise invalid(
                "code_or_plate",
                "Hãy nhập mã giấy hoặc biển số, một trong hai.",
                "Give the permit's code or the plate, one of them.",
            )
        return self


class ReadPermit(Command):
    """Why the holder of a permit is looked up; recorded."""

    reason: Annotated[str, Strict(), WordsUpTo(500)]
