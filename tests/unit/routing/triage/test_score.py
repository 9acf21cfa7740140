from pathlib import Path

import pytest

from services.routing.triage.examples import read_examples
from services.routing.triage.rules import RuleSet
from services.routing.triage.score import (
    MEASURES,
    Pair,
    emergency_floor,
    macro_f1,
    negated_affirmed,
    over_triage,
    read_labelled,
    symptom_f1,
    urgent_recall,
)
from tests.unit.routing.triage.conftest import HUE, Read

LABELLED = Path(__file__).parent / "labelled.jsonl"
STYLES = frozenset(
    (
        *("animal", "call", "dialect", "english", "hypothetical", "injection", "joke", "long", "mixed_language"),
        *("multi", "negation", "no_diacritics", "past", "plain", "sarcasm", "short", "spam", "teen_code", "typo"),
    )
)


@pytest.fixture(scope="module")
def pairs(read: Read) -> list[Pair]:
    return [Pair(row, read(row.text)) for row in read_labelled(LABELLED)]


@pytest.fixture(scope="module")
def held_out(pairs: list[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.label.split == "held_out"]


def test_there_are_more_than_300_texts_and_no_text_twice() -> None:
    texts = [row.text for row in read_labelled(LABELLED)]
    assert len(texts) > 300
    assert len(set(texts)) == len(texts)


def test_each_style_has_one_name() -> None:
    styles = {style for row in read_labelled(LABELLED) for style in row.styles}
    assert styles == STYLES


def test_no_held_out_text_was_learned_from() -> None:
    learned = {example.text for example in read_examples(HUE)}
    assert not [row.id for row in read_labelled(LABELLED) if row.split == "held_out" and row.text in learned]


def test_the_category_of_held_out_texts_is_right_often_enough(held_out: list[Pair]) -> None:
    assert macro_f1(held_out) >= 0.87


def test_urgent_held_out_texts_are_found_without_calling_all_urgent(held_out: list[Pair]) -> None:
    """Four authors (tc, td, te, tf) wrote to mislead: rumours, films, jokes and drills about threats to life."""
    usual = [pair for pair in held_out if not pair.label.id.startswith(("tc", "td", "te", "tf"))]
    assert urgent_recall(usual) >= 0.93
    assert over_triage(usual) <= 0.08
    assert emergency_floor([pair for pair in usual if not pair.label.id.startswith("j")]) == 1.0
    assert emergency_floor(usual) >= 0.98  # of the 28 of the blind half of `j`, 27 are found
    assert urgent_recall(held_out) >= 0.90
    assert over_triage(held_out) <= 0.16


def test_emergencies_are_at_least_high(pairs: list[Pair], held_out: list[Pair]) -> None:
    assert emergency_floor([pair for pair in pairs if pair.label.split == "tune"]) == 1.0
    assert emergency_floor(held_out) >= 0.91


def test_symptoms_of_held_out_texts_are_right_often_enough(held_out: list[Pair]) -> None:
    assert symptom_f1(held_out) >= 0.81


def test_denied_symptoms_are_seldom_affirmed(pairs: list[Pair]) -> None:
    assert negated_affirmed(pairs) <= 0.04


def test_an_interval_holds_its_figure(held_out: list[Pair]) -> None:
    for name, measure in MEASURES.items():
        figure = measure.measured(held_out)
        assert figure.low <= figure.value <= figure.high, name
        assert figure.value == measure(held_out), name


def test_a_label_that_names_nothing_known_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "a", "category": "other", "urgency": "low"}\n{"text": "b", "category": "x"}\n')
    with pytest.raises(ValueError, match=r"labels\.jsonl:2"):
        read_labelled(path)


def test_rules_are_shared_freely(rules: RuleSet) -> None:
    assert rules.epidemic_ids({"Đà Nẵng"}) is rules.epidemic_ids({"Đà Nẵng"})
