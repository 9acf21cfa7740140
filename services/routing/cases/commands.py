"""What an officer may ask of a task, by page and HTTP alike."""

from typing import Annotated

from pydantic import Field

from services.routing.cases.work import Step
from shared.text import Command, RecordId, WordsUpTo

StepText = Annotated[str, WordsUpTo(2_000)]


class SayOnTask(Command):
    """Words that go with a step: the reason to decline, the progress, the question, the reply, how it ended."""

    text: StepText


class AcknowledgeForm(Command):
    """One press in a queue or on a case; `back` is the page to go on with."""

    task: Annotated[str, Field(max_length=100)]
    back: Annotated[str, Field(max_length=2_000)] = "/inbox"


class WorkForm(Command):
    """A step as the case page sends it.

    Attributes:
        key: made with the page, so that a form sent twice is one step.
        seen: how much of the story the page showed.
    """

    step: Step
    text: StepText
    key: RecordId
    seen: Annotated[int, Field(ge=0, le=1_000_000)]
