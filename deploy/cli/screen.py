"""Tells about a start and what follows: on the terminal, or as one JSON document a line."""

import time
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from deploy.cli.output import console, print_json, print_table
from deploy.embedded.folders import Home
from deploy.embedded.progress import Silent
from deploy.embedded.run_record import RunRecord


class Teller(Silent, ABC):
    """Steps and downloads (`progress.Progress`) and what else there is to say; leaving it puts the terminal right."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        return

    @abstractmethod
    def note(self, text: str) -> None:
        """A sentence that stays: a restart, a port that was taken."""

    @abstractmethod
    def ready(self, record: RunRecord, home: Home) -> None:
        """Everything answers."""

    @abstractmethod
    def stopping(self) -> None:
        """The end was asked for."""


class JsonLines(Teller):
    """For programs that start the system."""

    def note(self, text: str) -> None:
        print_json({"message": text}, one_line=True)

    def ready(self, record: RunRecord, home: Home) -> None:  # noqa: ARG002  # the record has all that programs want
        print_json(record, one_line=True)

    def stopping(self) -> None:
        print_json({"message": "stopping"}, one_line=True)


class Screen(Teller):
    """A line that says what is being done, with a bar while something is downloaded; done steps stay above it."""

    def __init__(self) -> None:
        self._steps = _drawn(SpinnerColumn(), TextColumn("{task.description}"))
        self._bytes = _drawn(TextColumn("  "), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._step: tuple[TaskID, str, float] | None = None
        self._download: TaskID | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._clear()

    def step(self, text: str) -> None:
        """End the step before, begin this one."""
        self._done()
        self._steps.start()
        self._step = (self._steps.add_task(f"{text} …", total=None), text, time.monotonic())

    def downloaded(self, done: int, total: int) -> None:
        if self._download is None:
            self._steps.stop()  # rich draws one live display at a time
            self._bytes.start()
            self._download = self._bytes.add_task("", total=total)
        self._bytes.update(self._download, completed=done)

    def note(self, text: str) -> None:
        console.print(Text.assemble(("! ", "yellow"), text))

    def ready(self, record: RunRecord, home: Home) -> None:
        self._done()
        servers = [("kafka", record.kafka_bootstrap), ("mongodb", record.mongo_url)]
        console.print(Text("Hải Vân is up.", style="bold green"))
        print_table(("", ""), [*record.urls.items(), *servers, ("data", home.root), ("logs", home.logs)])
        console.print("Ctrl-C ends everything; `./haivan status` in another terminal shows how it is.")

    def stopping(self) -> None:
        self._clear()
        console.print("Stopping …")

    def _done(self) -> None:
        if self._step is not None:
            _, text, began = self._step
            self._clear()
            console.print(Text.assemble(("✓ ", "green"), text, (f" ({time.monotonic() - began:.1f} s)", "dim")))

    def _clear(self) -> None:
        if self._step is not None:
            self._steps.stop()
            self._steps.remove_task(self._step[0])
            self._step = None
        if self._download is not None:
            self._bytes.stop()
            self._bytes.remove_task(self._download)
            self._download = None


def _drawn(*columns: ProgressColumn) -> Progress:
    """Nothing is left behind when it stops, and nothing drawn at all into a file or a pipe."""
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
