"""What may be asked of calls, by the exchange's hook, HTTP and the console alike."""

from typing import Annotated

from shared.events.reports import CallOutcome
from shared.text import Command, Phone, RecordId, WordsUpTo


class Ring(Command):
    """The exchange says that somebody calls; without a number if it is withheld."""

    phone: Phone | None = None


class EndCall(Command):
    """How a call ended."""

    outcome: CallOutcome
    note: Annotated[str, WordsUpTo(2_000)] | None = None
    report_id: RecordId | None = None
