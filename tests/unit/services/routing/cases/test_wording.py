"""Everything that can stand on a page has a name there."""

import pytest

from services.routing.cases import wording
from services.routing.cases.domain import CaseStatus, Origin, Reason, TaskStatus, Through
from services.routing.cases.work import Step
from services.routing.triage.domain import Symptom, ViolationKind
from shared.events.cases import Category
from shared.events.checkpoints import FlagKind
from shared.events.reports import ReportKind
from tests.unit.services.routing.builders import AGENCIES


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        (wording.CATEGORIES, Category),
        (wording.KINDS, [*ReportKind, "checkpoint_flag"]),
        (wording.SYMPTOMS, Symptom),
        (wording.VIOLATIONS, ViolationKind),
        (wording.TASK_STATUSES, TaskStatus),
        (wording.TASK_TONES, TaskStatus),
        (wording.CASE_STATUSES, CaseStatus),
        (wording.ORIGINS, Origin),
        (wording.MOMENTS, Step),
        (wording.FLASHES, Step),
        (wording.DOORS, Through),
        (wording.FLAGS, [f"flag.{kind}" for kind in FlagKind]),
    ],
)
def test_nothing_lacks_a_name(labels: dict[str, str], values: list[str]) -> None:
    assert not set(values) - set(labels)


@pytest.mark.parametrize(
    ("effect", "name", "tone"),
    [
        ("urgency emergency", "Khẩn cấp", "danger"),
        ("urgency low", "Thấp", ""),
        ("symptom fever", "sốt", "warning"),
        ("suspected_infection +11.5", "Nghi nhiễm", ""),
        ("violation +1.5", "Vi phạm", ""),
        ("violation gathering", "tụ tập đông người", ""),
        ("from an epidemic area", "", "danger"),
        ("negated, not counted", "", ""),
        *((f"agency {agency}", agency, "accent") for agency in AGENCIES),
    ],
)
def test_a_reason_says_what_it_led_to(effect: str, name: str, tone: str) -> None:
    meaning = wording.meaning_of(Reason(rule="r", effect=effect))
    assert (meaning.name, meaning.tone) == (name, tone)
    assert meaning.label != effect


def test_an_effect_of_unknown_form_is_shown_as_it_stands() -> None:
    assert wording.meaning_of(Reason(rule="r", effect="something else")).label == "something else"
