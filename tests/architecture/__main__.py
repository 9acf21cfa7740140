"""`python -m tests.architecture`: the house rules over the tree, for `make check`."""

import sys

from tests.architecture.rules import RULES
from tests.architecture.source import ROOT


def main() -> int:
    broken = {rule: breaches for rule in RULES if (breaches := list(rule(ROOT)))}
    for rule, breaches in broken.items():
        print(f"{rule.__name__}: {rule.__doc__}", *breaches, sep="\n  ")  # noqa: T201  # a check speaks on the terminal
    print(f"House rules: {len(RULES) - len(broken)} kept, {len(broken)} broken.")  # noqa: T201  # as above
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
