"""`haivan up --json` with services in miniature, as a program of its own that tests can send signals to."""

import os
import sys
from pathlib import Path

from deploy.cli.output import show_error
from deploy.cli.screen import JsonLines
from deploy.cli.up import stay_up
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.system import System

SERVICE = Path(__file__).with_name("small_service.py")


def main() -> None:
    home = Home.of(os.environ)
    teller = JsonLines()
    broken = os.environ.get("TEST_BROKEN_SERVICE")
    system = System(
        home,
        command_of=lambda name: [sys.executable, "-c", "1/0"] if name == broken else [sys.executable, str(SERVICE)],
        tell=teller.note,
    )
    try:
        stay_up(system, teller, home)
    except CannotRun as error:
        show_error(error, as_json=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
