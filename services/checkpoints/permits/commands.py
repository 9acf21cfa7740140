"""What may be asked of permits, by page and HTTP alike."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Strict, ValidationInfo, field_validator, model_validator

from services.checkpoints.permits.domain import Purpose
from services.checkpoints.posts.plates import LatinPlate, require_latin
from shared.codes import read_hand_code
from shared.errors import Unprocessable
from shared.text import Command, Line, Name, Phone, RecordId, Slug, Timestamp, WordsUpTo, invalid, read_plate


def _plate_or_code(text: str) -> str:
    return require_latin(read_plate(text).plate)


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

    @field_validator("valid_until")
    @classmethod
    def _ends_after_it_begins(cls, until: datetime, told: ValidationInfo) -> datetime:
        if "valid_from" in told.data and until <= told.data["valid_from"]:
            raise invalid("order", "Giấy phải hết hạn sau khi bắt đầu.", "A permit must end after it begins.")
        return until


class IssuePermitForm(IssuePermit):
    """The same from a page, with the id that makes pressing twice one permit."""

    id: RecordId

    @property
    def command(self) -> IssuePermit:
        return IssuePermit(**self.model_dump(exclude={"id"}))


class RevokePermit(Command):
    reason: Annotated[str, Strict(), WordsUpTo(500)]


class RevokeForm(RevokePermit):
    """The same from a page; `sure` once it was confirmed."""

    key: RecordId
    sure: Literal["yes"] | None = None

    @property
    def command(self) -> RevokePermit:
        return RevokePermit(reason=self.reason)


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


class FindForm(Command):
    """One field for both: ten characters with a right check character are a code, anything else is a plate."""

    wanted: Annotated[str, Strict(), AfterValidator(_plate_or_code)]

    @property
    def command(self) -> FindPermits:
        try:
            return FindPermits(code=read_hand_code(self.wanted))
        except Unprocessable:
            return FindPermits(plate=self.wanted)
