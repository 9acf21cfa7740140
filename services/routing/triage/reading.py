"""The way of one text: words → phrases → what is really said → facts → rules → a reading. Pure; needs no broker."""

from collections.abc import Collection
from datetime import datetime

from services.routing.triage.dates import find_dates
from services.routing.triage.decision import (
    add_category_rules,
    best_category,
    choose_agencies,
    choose_urgency,
    choose_violation,
    clearness,
)
from services.routing.triage.domain import Category, Reading, ReportKind, TrailStep, Urgency
from services.routing.triage.evidence import Evidence, evidence_of
from services.routing.triage.model import features_of, said_in
from services.routing.triage.opinion import Features, opinion_features
from services.routing.triage.rules import RuleSet
from services.routing.triage.weighing import RULED, weigh_urgency

_KIND_CATEGORY = {
    ReportKind.SUSPECTED_INFECTION: Category.SUSPECTED_INFECTION,
    ReportKind.MEDICAL_SUPPORT: Category.MEDICAL_SUPPORT,
    ReportKind.VIOLATION: Category.VIOLATION,
    ReportKind.MISINFORMATION: Category.MISINFORMATION,
    ReportKind.QUESTION: Category.QUESTION,
    ReportKind.EDUCATION_SUPPORT: Category.QUESTION,
}
_NO_KIND_OF_THEIR_OWN = frozenset(
    {Category.HEALTH_DECLARATION, Category.LODGING, Category.HOSPITAL_APPOINTMENT, Category.OTHER}
)


def read_text(text: str, kind: str | None, areas: Collection[str], now: datetime, rules: RuleSet) -> Reading:
    """Read a citizen's words.

    Args:
        text: as written, any length; past some thousand words only the telling parts are read.
        kind: what the reporter chose (`ReportKind`), or None.
        areas: names or ids of the current epidemic areas.
        now: what "hôm qua" is counted from.
        rules: loaded by `load_rules`.
    """
    evidence = evidence_of(text, areas, rules)
    category, confidence = _category(evidence, kind, rules)
    facts, trail = evidence.facts, evidence.trail
    facts[f"category.{category}"] = ""
    urgency = _urgency(evidence, category, rules)
    facts[f"urgency.{urgency}"] = ""
    if urgency.rank < Urgency.HIGH.rank and not facts.keys().isdisjoint(rules.policy.tales):
        _leave_to_the_tale(evidence)
    agencies = choose_agencies(rules.policy, facts, category, kind, trail)
    violation = choose_violation(rules.policy.violation, facts, trail) if category is Category.VIOLATION else None
    return Reading(
        category=category,
        urgency=urgency,
        agencies=agencies,
        symptoms=tuple(sorted(evidence.symptoms)),
        negated_symptoms=tuple(sorted(set(evidence.negated) - set(evidence.symptoms))),
        violation=violation,
        places=evidence.places,
        dates=find_dates(evidence.words.text, now),
        from_epidemic_area=evidence.from_area,
        contradiction=_contradicts(kind, category),
        trail=tuple(trail),
        rules_version=rules.version,
        confidence=confidence,
    )


def _leave_to_the_tale(evidence: Evidence) -> None:
    """A rumour or thanks that nobody need hurry for: what it names is told of, not suffered."""
    if evidence.symptoms:
        words = ", ".join(dict.fromkeys(evidence.symptoms.values()))
        evidence.symptoms.clear()
        evidence.trail.append(TrailStep(rule="tale", words=words, effect="symptoms not counted"))


def model_features(text: str, areas: Collection[str], rules: RuleSet) -> list[str]:
    """What the category model sees of a text; training and reading share it."""
    evidence = evidence_of(text, areas, rules)
    return features_of(evidence.said, evidence.facts)


def urgency_features(text: str, areas: Collection[str], rules: RuleSet) -> Features:
    """What the opinion on urgency sees of a text: its words, and what the rules made of it."""
    evidence = evidence_of(text, areas, rules)
    category, _ = _category(evidence, None, rules)
    evidence.facts[f"category.{category}"] = ""
    ruled = choose_urgency(rules.policy, evidence.facts, category, evidence.trail)
    return _seen_by_opinion(evidence, ruled)


def _category(evidence: Evidence, kind: str | None, rules: RuleSet) -> tuple[Category, float]:
    features = features_of(evidence.said, evidence.facts)
    scores = dict(zip(rules.model.categories, rules.model.scores(features), strict=True))
    learned = best_category(scores)
    because = ", ".join(rules.model.reasons(features, learned))
    evidence.trail.append(TrailStep(rule="model", words=because, effect=f"{learned} {scores[learned]:+.1f}"))
    add_category_rules(rules.policy, evidence.facts, scores, evidence.trail)
    if kind is not None:
        evidence.facts[f"kind.{kind}"] = ""
        scores[_KIND_CATEGORY[ReportKind(kind)]] += rules.kind_weight
    best = best_category(scores)
    return best, clearness(scores, best)


def _urgency(evidence: Evidence, category: Category, rules: RuleSet) -> Urgency:
    facts, trail = evidence.facts, evidence.trail
    ruled = choose_urgency(rules.policy, facts, category, trail)
    features = _seen_by_opinion(evidence, ruled)
    return weigh_urgency(rules.opinion, features, (category, ruled), rules.policy, facts, trail)


def _seen_by_opinion(evidence: Evidence, ruled: Urgency) -> Features:
    said = evidence.said if len(evidence.pressing) == len(evidence.spoken) else said_in(evidence.pressing)
    return opinion_features(evidence.pressing, said, [*evidence.facts, RULED + ruled])


def _contradicts(kind: str | None, category: Category) -> bool:
    """Lodging, declarations, appointments and the rest have no kind of their own: any choice is as good there."""
    if kind is None or category in _NO_KIND_OF_THEIR_OWN:
        return False
    return _KIND_CATEGORY[ReportKind(kind)] is not category
