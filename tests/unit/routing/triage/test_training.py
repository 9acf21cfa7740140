import json
from pathlib import Path

import pytest

from services.routing.triage.domain import Category, Urgency
from services.routing.triage.examples import Example, digest_of, example_of, read_examples
from services.routing.triage.rules import default_areas
from services.routing.triage.training import learn
from services.routing.triage.weights import WEIGHTS, Learned, read_learned, stored_digest, write_learned
from tests.unit.routing.triage.conftest import HUE
from tests.unit.routing.triage.test_score import LABELLED


@pytest.fixture(scope="module")
def few() -> list[Example]:
    return read_examples(HUE)[::80]


@pytest.fixture(scope="module")
def learned(few: list[Example]) -> Learned:
    return learn(few, default_areas(HUE), HUE)


def test_the_same_texts_give_the_same_weights(few: list[Example], learned: Learned) -> None:
    assert learn(few, default_areas(HUE), HUE) == learned


def test_what_is_learned_is_read_as_it_was_written(tmp_path: Path, learned: Learned) -> None:
    write_learned(learned, tmp_path, "of these examples")
    assert read_learned(tmp_path) == learned
    assert stored_digest(tmp_path) == "of these examples"


def test_the_shipped_weights_are_of_the_shipped_examples() -> None:
    assert stored_digest(HUE) == digest_of(HUE)


def test_every_category_has_examples() -> None:
    assert {example.category for example in read_examples(HUE)} == set(Category)


def test_the_shipped_weights_know_every_category() -> None:
    stored = json.loads((HUE / WEIGHTS).read_text(encoding="utf-8"))
    assert stored["categories"] == list(Category)


def test_every_text_to_tune_with_is_an_example() -> None:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    learned = {example.text for example in read_examples(HUE)}
    assert not [row["id"] for row in rows if row["split"] == "tune" and row["text"] not in learned]


def test_an_example_may_say_how_urgent_it_is() -> None:
    example = example_of("[normal/high] Con tôi sốt", Category.SUSPECTED_INFECTION)
    assert example == Example("Con tôi sốt", Category.SUSPECTED_INFECTION, (Urgency.NORMAL, Urgency.HIGH))
    assert (example.is_same_day, example.is_life) == (None, False)


def test_an_example_of_an_unknown_urgency_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        example_of("[soon] Con tôi sốt", Category.SUSPECTED_INFECTION)
