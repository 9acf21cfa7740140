"""What an officer may ask of a task, by page and HTTP alike."""

from typing import Annotated

from shared.text import Command, WordsUpTo

StepText = Annotated[str, WordsUpTo(2_000)]


class SayOnTask(Command):
    """Words that go with a step: the reason to decline, the progress, the question, the reply, how it ended."""

    text: StepText
