import json

from services.routing.triage.domain import Category
from services.routing.triage.model import LinearModel
from services.routing.triage.rules import WEIGHTS, RuleSet, default_areas
from services.routing.triage.training import read_examples, train
from tests.unit.routing.triage.conftest import HUE


def weights_of(rules: RuleSet, count: int) -> LinearModel:
    return train(read_examples(HUE)[::count], default_areas(HUE), rules)


def test_the_same_texts_give_the_same_weights(rules: RuleSet) -> None:
    assert weights_of(rules, 20) == weights_of(rules, 20)


def test_every_category_has_examples() -> None:
    assert {category for _, category in read_examples(HUE)} == set(Category)


def test_the_shipped_weights_know_every_category() -> None:
    stored = json.loads((HUE / WEIGHTS).read_text(encoding="utf-8"))
    assert stored["categories"] == list(Category)
