"""What may be asked of the watch list, by page and HTTP alike."""

from typing import Annotated

from pydantic import Strict, ValidationInfo, field_validator

from services.checkpoints.posts.plates import require_latin
from services.checkpoints.watchlist.domain import WatchBy, WatchReason
from services.checkpoints.watchlist.names import can_be_matched, folded_name
from shared.clock import HANOI, now
from shared.text import (
    Command,
    Line,
    RecordId,
    Slug,
    Timestamp,
    WordsUpTo,
    clean_line,
    invalid,
    read_cccd,
    read_phone,
    read_plate,
)

Why = Annotated[str, Strict(), WordsUpTo(500)]


class Value(Command):
    """Something that is looked for: a plate, an identity number, a phone or a name."""

    by: WatchBy
    value: Line

    @field_validator("value")
    @classmethod
    def _fits(cls, value: str, told: ValidationInfo) -> str:
        if "by" in told.data:
            normal_value(told.data["by"], value)
        return value

    @property
    def normal(self) -> str:
        return normal_value(self.by, self.value)


class WatchFor(Value):
    """Look for it until `expires_at`."""

    reason: WatchReason
    note: Line | None = None
    expires_at: Timestamp
    approved_by: Slug | None = None
    synthetic: bool = False


class StopWatching(Command):
    """Why nobody looks any more."""

    reason: Why


class WatchForm(WatchFor):
    """The same from a page, with the id that makes pressing twice one entry."""

    id: RecordId

    @property
    def command(self) -> WatchFor:
        return WatchFor(**self.model_dump(exclude={"id"}))


class EndForm(StopWatching):
    key: RecordId

    @property
    def command(self) -> StopWatching:
        return StopWatching(reason=self.reason)


class FindEntries(Value):
    """Whether it is on the list; asked by POST, for addresses are logged."""


class ReadEntry(Command):
    """Why an entry is opened; recorded."""

    reason: Why


def normal_value(by: WatchBy, value: str) -> str:
    """The value in its one spelling; raises a pydantic error that says what to do."""
    match by:
        case WatchBy.PLATE:
            return require_latin(read_plate(value).plate)
        case WatchBy.CCCD:
            return read_cccd(value, now().astimezone(HANOI).year)
        case WatchBy.PHONE:
            return read_phone(value)
        case WatchBy.NAME:
            if not can_be_matched(folded_name(value)):
                raise invalid(
                    "name_too_short",
                    "Hãy viết cả họ và tên; một tiếng thì quá nhiều người trùng.",
                    "Write the family and the given name; one syllable fits too many people.",
                )
            return clean_line(value)
