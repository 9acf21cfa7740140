"""The Huế profile's rules, loaded once, and a short way to read a text."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from services.routing.triage.domain import Reading
from services.routing.triage.reading import read_text
from services.routing.triage.rules import RuleSet, default_areas, load_rules

HUE = Path(__file__).parents[4] / "profiles" / "hue" / "triage"
AREAS = default_areas(HUE)
NOW = datetime(2021, 8, 1, 5, tzinfo=UTC)
Read = Callable[..., Reading]


@cache
def hue_rules() -> RuleSet:
    return load_rules(HUE)


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return hue_rules()


@pytest.fixture(scope="session")
def read(rules: RuleSet) -> Read:
    def read_it(text: str, kind: str | None = None, areas: frozenset[str] = AREAS) -> Reading:
        return read_text(text, kind, areas, NOW, rules)

    return read_it
