"""`haivan up`: start everything and stay."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from deploy.cli.output import Json
from deploy.cli.registry import command
from deploy.cli.screen import JsonLines, Screen, Teller
from deploy.embedded.folders import Home
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.system import System

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@command
def up(
    *,
    listen: Annotated[str, typer.Option(help="The address the services bind.")] = LOOPBACK,
    host: Annotated[str, typer.Option(help="The host name in the services' URLs.")] = "localhost",
    as_json: Json = False,
) -> None:
    """Start Kafka, MongoDB and the four services, and stay until Ctrl-C."""
    home = Home.of(os.environ)
    teller: Teller = JsonLines() if as_json else Screen()
    stay_up(System(home, listen=listen, host=host, progress=teller, tell=teller.note), teller, home)


def stay_up(system: System, teller: Teller, home: Home) -> None:
    """Start the system and watch it until a signal comes or a child dies too often (`CannotRun`); always stops it."""
    try:
        with teller, one_signal_ends(system):
            teller.ready(system.start(), home)
            system.watch()
    except KeyboardInterrupt:
        teller.stopping()
    finally:
        system.stop()


@contextmanager
def one_signal_ends(system: System) -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or SIGHUP becomes KeyboardInterrupt here; a second one kills what is left."""

    def second(_number: int, _frame: FrameType | None) -> None:
        system.kill()
        os._exit(1)

    def first(_number: int, _frame: FrameType | None) -> None:
        for number in _ENDING:
            signal.signal(number, second)
        raise KeyboardInterrupt

    for number in _ENDING:
        signal.signal(number, first)
    yield
