"""Looks for every planted name, number and plate in everything that was heard on Kafka. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from deploy.demo.actions import Canary
from deploy.demo.listener import Heard
from deploy.demo.planted_search import PlantedSearch

FREE_TEXT = frozenset({"intake.reports.v1", "intake.calls.v1"})
"""Where citizens' own words travel, and with them names that no field tells; routing alone may read them."""


class Leak(msgspec.Struct, frozen=True):
    """A planted value where none may be. The value itself is not said."""

    kind: str
    topic: str
    type: str
    count: int


class PrivacyFigures(msgspec.Struct, frozen=True):
    """What the search came to; `names_in_free_text` are allowed."""

    records: int
    planted: int
    leaks: tuple[Leak, ...]
    names_in_free_text: int


def search(planted: Sequence[Canary], heard: Iterable[Heard]) -> PrivacyFigures:
    """Search all records. Takes about half a second for each megabyte."""
    looking, found, names, records = PlantedSearch(planted), Counter[tuple[str, str, str]](), 0, 0
    for record in heard:
        records += 1
        for canary in looking.found_in(record.text):
            if canary.kind == "name" and record.topic in FREE_TEXT:
                names += 1
            else:
                found[canary.kind, record.topic, record.type] += 1
    leaks = tuple(Leak(*place, count) for place, count in sorted(found.items()))
    return PrivacyFigures(records, len(planted), leaks, names)
