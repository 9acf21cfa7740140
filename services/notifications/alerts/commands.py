"""What may be asked of alerts, by page and HTTP alike."""

from typing import Annotated

from pydantic import Field

from shared.events.notifications import Severity
from shared.text import Command, Line, RecordId, Slug, Timestamp, WordsUpTo

AlertText = Annotated[str, WordsUpTo(2_000)]


class DraftAlert(Command):
    """An alert as it shall go out."""

    headline_vi: Line
    headline_en: Line | None = None
    text_vi: AlertText
    text_en: AlertText | None = None
    severity: Severity
    wards: Annotated[tuple[Slug, ...], Field(max_length=60)] = ()
    expires_at: Timestamp
    synthetic: bool = False


class CancelAlert(Command):
    """Why it no longer holds."""

    reason_vi: AlertText
    reason_en: AlertText | None = None


class DraftAlertForm(DraftAlert):
    """The page's form: it carries the id the alert will have, so that sending it twice makes one."""

    id: RecordId

    @property
    def command(self) -> DraftAlert:
        return DraftAlert(**self.model_dump(exclude={"id"}))
