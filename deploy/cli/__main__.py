"""`python -m deploy.cli`, which the script `./haivan` runs."""

import sys

from deploy.cli.output import show_error
from deploy.cli.registry import build
from deploy.embedded.errors import CannotRun


def main() -> None:
    """Run the command that the arguments name; the one place that turns `CannotRun` into text and exit code 1."""
    try:
        build()(prog_name="./haivan")
    except CannotRun as error:
        show_error(error, as_json="--json" in sys.argv)
        sys.exit(1)


if __name__ == "__main__":
    main()
