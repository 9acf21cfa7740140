"""What may be asked of a report, by page, HTTP and console alike."""

from typing import Annotated

from pydantic import Field

from services.intake.reports.domain import SevereSign
from shared.events.reports import ReportKind
from shared.text import Cccd, Command, Language, Line, Name, Phone, RecordId, Slug, VietnamPoint, Words, WordsUpTo


class SubmitReport(Command):
    """A report. Only what happened is needed; who one is may be left out (F3)."""

    kind: ReportKind
    words: Words
    severe_signs: tuple[SevereSign, ...] = ()
    on_behalf: bool = False
    confidential: bool = False
    name: Name | None = None
    phone: Phone | None = None
    cccd: Cccd | None = None
    subject_name: Name | None = None
    subject_phone: Phone | None = None
    address: Line | None = None
    ward: Slug | None = None
    where: VietnamPoint | None = None
    language: Language = "vi"
    call_id: RecordId | None = None
    synthetic: bool = False


class AddToReport(Command):
    """What the reporter adds, asks or says to reopen."""

    text: Annotated[str, WordsUpTo(2_000)]


class RateReport(Command):
    stars: Annotated[int, Field(ge=1, le=5)]


class ReadIdentity(Command):
    """Why the identity of a report is looked up; recorded."""

    reason: Annotated[str, WordsUpTo(500)]
