"""Who has the last word on urgency: the rules or the learned opinion."""

import math

import pytest

from services.routing.triage.decision import Facts, Policy
from services.routing.triage.domain import Category, TrailStep, Urgency
from services.routing.triage.opinion import FACT_SHARE, UNIT, Opinion, opinion_features
from services.routing.triage.rules import RuleSet
from services.routing.triage.weighing import weigh_urgency
from tests.unit.routing.triage.conftest import Read

SURE = 0.9


def opinion_that_scores(day: float, life: float = -SURE) -> Opinion:
    weights = (round(day * UNIT / FACT_SHARE), round(life * UNIT / FACT_SHARE))
    facts = {"gasping": weights, "calm": (-weights[0], -weights[1])}
    return Opinion((0, 0), (0.5, 0.5), -0.5, {}, {}, facts)


def weighed(
    policy: Policy, ruled: Urgency, opinion: Opinion, *facts: str, category: Category = Category.MEDICAL_SUPPORT
) -> tuple[Urgency, list[TrailStep]]:
    trail: list[TrailStep] = []
    held: Facts = dict.fromkeys([*facts, f"category.{category}"], "")
    features = opinion_features([], [], ["gasping"])
    return weigh_urgency(opinion, features, (category, ruled), policy, held, trail), trail


def test_a_clear_opinion_raises_and_says_what_weighed_and_that_it_was_learned(rules: RuleSet) -> None:
    urgency, trail = weighed(rules.policy, Urgency.NORMAL, opinion_that_scores(SURE))
    assert urgency is Urgency.HIGH
    assert [(step.rule, step.words) for step in trail] == [("opinion", "gasping")]
    assert "learned" in trail[0].effect


def test_an_opinion_that_a_life_is_at_stake_makes_an_emergency(rules: RuleSet) -> None:
    assert weighed(rules.policy, Urgency.HIGH, opinion_that_scores(SURE, SURE))[0] is Urgency.EMERGENCY


@pytest.mark.parametrize("ruled", list(Urgency))
def test_an_unclear_opinion_changes_nothing(rules: RuleSet, ruled: Urgency) -> None:
    assert weighed(rules.policy, ruled, opinion_that_scores(0.1)) == (ruled, [])


def test_a_clear_opinion_lowers_what_is_only_high(rules: RuleSet) -> None:
    urgency, trail = weighed(rules.policy, Urgency.HIGH, opinion_that_scores(-SURE))
    assert urgency is Urgency.NORMAL
    assert trail[0].words == "gasping"


def test_no_opinion_lowers_a_positive_test(rules: RuleSet) -> None:
    opinion = opinion_that_scores(-9 * SURE)
    assert weighed(rules.policy, Urgency.HIGH, opinion, "positive_test")[0] is Urgency.HIGH


def test_no_opinion_lowers_a_threat_to_life(rules: RuleSet) -> None:
    assert weighed(rules.policy, Urgency.EMERGENCY, opinion_that_scores(-9 * SURE))[0] is Urgency.EMERGENCY


def test_a_threat_that_a_text_only_tells_of_is_lowered(rules: RuleSet) -> None:
    told = weighed(rules.policy, Urgency.EMERGENCY, opinion_that_scores(-SURE), category=Category.MISINFORMATION)
    assert told[0] is Urgency.LOW


def test_a_joke_is_never_raised(rules: RuleSet) -> None:
    assert weighed(rules.policy, Urgency.LOW, opinion_that_scores(SURE, SURE), "figurative")[0] is Urgency.LOW


def test_a_longer_text_does_not_shout() -> None:
    opinion = Opinion((0, 0), (math.inf, math.inf), -math.inf, {"cuu": (UNIT, UNIT)}, {}, {})
    short = opinion.score(opinion_features(["cuu"], ["cuu"], []))
    assert short > opinion.score(opinion_features(["cuu"], ["cuu", *map(str, range(90))], []))


@pytest.mark.parametrize(
    "text",
    [
        "Mệ tui há miệng đớp đớp như cá mắc cạn, người cứ lả ra, o cho xe xuống lẹ",
        "Nó đứng ngoài lan can tầng bốn khóc, bảo đừng ai lại gần",
        "Quán bên cạnh tắt đèn khóa cửa mà trong nhà mấy chục người đang hát ầm ầm",
    ],
)
def test_what_no_list_of_phrases_can_hold_is_urgent(read: Read, text: str) -> None:
    assert read(text).urgency.rank >= Urgency.HIGH.rank
