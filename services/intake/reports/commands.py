"""What may be asked of a report, by page, HTTP and console alike."""

from typing import Annotated

from pydantic import Field, Strict

from services.intake.reports.domain import SevereSign
from shared.events.reports import ReportKind
from shared.text import Cccd, Command, Language, Line, Name, Phone, RecordId, Slug, VietnamPoint, Words, WordsUpTo


class WhatIsReported(Command):
    """What a person says in a report. Only what happened is needed; who one is may be left out (F3)."""

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


class SubmitReport(WhatIsReported):
    """A report as a program sends it."""

    call_id: RecordId | None = None
    synthetic: bool = False


class ReportForm(WhatIsReported):
    """A report as a page sends it; the page made its id, so that a second press or a reload makes no second one."""

    id: RecordId

    def command(self) -> SubmitReport:
        return SubmitReport.model_validate(self.model_dump(exclude={"id"}))


class AddToReport(Command):
    """What the reporter adds, asks or says to reopen."""

    text: Annotated[str, Strict(), WordsUpTo(2_000)]


class AdditionForm(AddToReport):
    """The same from a page, which made its id."""

    id: RecordId


class CodeForm(Command):
    """A tracking code as somebody typed it."""

    code: Annotated[str, Strict(), WordsUpTo(100)]


class RateReport(Command):
    stars: Annotated[int, Field(ge=1, le=5)]


class ReadIdentity(Command):
    """Why the identity of a report is looked up; recorded."""

    reason: Annotated[str, Strict(), WordsUpTo(500)]
