"""From facts to a decision: which rules fire, and what they come to together."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from services.routing.triage.domain import Agency, Category, TrailStep, Urgency, ViolationKind

Facts = dict[str, str]
"""What the text says: the fact's name and the words that say it."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Holds when all of `all_of`, one of `any_of` (if any are named) and none of `none_of` are facts."""

    id: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Without one of these facts it cannot hold: cheaper to ask than the whole."""
        return frozenset(self.all_of[:1] or self.any_of)

    def words(self, facts: Mapping[str, str]) -> str | None:
        """The words that make it hold, or None when it does not."""
        if self.any_of and facts.keys().isdisjoint(self.any_of):
            return None
        fired = []
        for name in self.all_of:
            if name not in facts:
                return None
            fired.append(facts[name])
        if not facts.keys().isdisjoint(self.none_of):
            return None
        fired += [facts[name] for name in self.any_of if name in facts]
        return ", ".join(dict.fromkeys(word for word in fired if word))


class _Ruled(Protocol):
    @property
    def when(self) -> Condition: ...


Rule = TypeVar("Rule", bound=_Ruled)


class RulesByFact(Generic[Rule]):
    """Rules in their order, found by the facts that they need: a text holds few facts, and the rules are many."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._places: dict[str, list[int]] = {}
        for place, rule in enumerate(rules):
            for fact in rule.when.triggers:
                self._places.setdefault(fact, []).append(place)

    def fired(self, facts: Facts) -> Iterator[tuple[Rule, str]]:
        """The rules that hold, in order, each with the words that make it hold."""
        places = {place for fact in facts if fact in self._places for place in self._places[fact]}
        for place in sorted(places):
            words = self.rules[place].when.words(facts)
            if words is not None:
                yield self.rules[place], words


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    when: Condition
    add: tuple[tuple[Category, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRule:
    when: Condition
    level: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRule:
    """`first` go in front of the usual agencies, `also` behind them."""

    when: Condition
    first: tuple[Agency, ...] = ()
    also: tuple[Agency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationRule:
    when: Condition
    kind: ViolationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a profile, compiled."""

    category: RulesByFact[CategoryRule]
    urgency: RulesByFact[UrgencyRule]
    agencies: RulesByFact[AgencyRule]
    violation: tuple[ViolationRule, ...]
    usual_urgency: Mapping[Category, Urgency]
    quiet: tuple[str, ...]
    told_of: tuple[str, ...]
    told_of_below: float
    firm: tuple[str, ...]
    tales: tuple[str, ...]
    usual_agencies: Mapping[Category, tuple[Agency, ...]]
    kind_agencies: Mapping[str, tuple[Agency, ...]]


def add_category_rules(policy: Policy, facts: Facts, scores: dict[Category, float], trail: list[TrailStep]) -> None:
    """Add each fired rule's weights to `scores`."""
    for rule, words in policy.category.fired(facts):
        for category, weight in rule.add:
            scores[category] += weight
        effect = ", ".join(f"{category} {weight:+g}" for category, weight in rule.add)
        trail.append(TrailStep(rule=rule.when.id, words=words, effect=effect))


def best_category(scores: Mapping[Category, float]) -> Category:
    """The category with the highest score."""
    return max(scores, key=scores.__getitem__)


def clearness(scores: Mapping[Category, float], best: Category) -> float:
    """How far the best category stands above the others, 0 to 1."""
    top = scores[best]
    return round(1 / sum([math.exp(score - top) for score in scores.values()]), 3)


def choose_urgency(policy: Policy, facts: Facts, category: Category, trail: list[TrailStep]) -> Urgency:
    """The highest level of all rules that fire, or the category's usual one."""
    chosen = policy.usual_urgency[category]
    for rule, words in policy.urgency.fired(facts):
        if rule.level.rank > chosen.rank:
            chosen = rule.level
            trail.append(TrailStep(rule=rule.when.id, words=words, effect=f"urgency {rule.level}"))
    return chosen


def choose_agencies(
    policy: Policy, facts: Facts, category: Category, kind: str | None, trail: list[TrailStep]
) -> tuple[Agency, ...]:
    """Never empty: the usual agencies of the category, with those that rules put before and behind."""
    chosen: list[Agency] = list(policy.kind_agencies.get(kind or "", policy.usual_agencies[category]))
    for rule, words in policy.agencies.fired(facts):
        chosen = [*rule.first, *chosen, *rule.also]
        named = ", ".join((*rule.first, *rule.also))
        trail.append(TrailStep(rule=rule.when.id, words=words, effect=f"agency {named}"))
    return tuple(dict.fromkeys(chosen))


def choose_violation(rules: Sequence[ViolationRule], facts: Facts, trail: list[TrailStep]) -> ViolationKind:
    """The first rule that fires names it."""
    for rule in rules:
        words = rule.when.words(facts)
        if words is not None:
            trail.append(TrailStep(rule=rule.when.id, words=words, effect=f"violation {rule.kind}"))
            return rule.kind
    return ViolationKind.OTHER
