"""How slow steps tell whoever waits; the command line draws it, tests stay silent."""

from typing import Protocol


class Progress(Protocol):
    """Called from one thread at a time."""

    def step(self, text: str) -> None:
        """A new step begins, said in one sentence."""

    def downloaded(self, done: int, total: int) -> None:
        """Bytes of the present download, so far and in all."""


class Silent:
    """Says nothing."""

    def step(self, text: str) -> None: ...

    def downloaded(self, done: int, total: int) -> None: ...
