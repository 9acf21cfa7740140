"""What may be asked of calls, by the exchange's hook, HTTP and the console alike."""

from typing import Annotated

from pydantic import Field, Strict

from shared.events.reports import CallOutcome
from shared.text import Command, Phone, RecordId, WordsUpTo


class Ring(Command):
    """The exchange says that somebody calls; without a number if it is withheld."""

    phone: Phone | None = None


class CallByHand(Ring):
    """A call that the exchange knows nothing of, from a page that made its id."""

    id: RecordId


Typed = Annotated[str, Strict(), WordsUpTo(4_000)]


class CallDraft(Command):
    """What a call-taker has typed so far, right or wrong."""

    kind: Typed | None = None
    words: Typed | None = None
    severe_signs: Annotated[tuple[Typed, ...], Field(max_length=20)] = ()
    on_behalf: Typed | None = None
    confidential: Typed | None = None
    name: Typed | None = None
    phone: Typed | None = None
    subject_name: Typed | None = None
    subject_phone: Typed | None = None
    address: Typed | None = None
    ward: Typed | None = None


class EndCall(Command):
    """How a call ended."""

    outcome: CallOutcome
    note: Annotated[str, Strict(), WordsUpTo(2_000)] | None = None
    report_id: RecordId | None = None
