"""The way of one text: words → phrases → what is really said → facts → rules → a reading. Pure; needs no broker."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.routing.triage.dates import find_dates
from services.routing.triage.decision import (
    Facts,
    add_category_rules,
    best_category,
    choose_agencies,
    choose_urgency,
    choose_violation,
)
from services.routing.triage.domain import Category, Reading, ReportKind, Symptom, TrailStep, Urgency
from services.routing.triage.figures import find_figures
from services.routing.triage.marking import SYMPTOM, Status
from services.routing.triage.model import features_of, said_in
from services.routing.triage.opinion import Features, opinion_features
from services.routing.triage.phrases import Hit
from services.routing.triage.places import PLACE, came_from
from services.routing.triage.rules import RuleSet
from services.routing.triage.scopes import Scopes
from services.routing.triage.shortening import shortened
from services.routing.triage.weighing import RULED, weigh_urgency
from services.routing.triage.writing import Words, split_words

_SCOPE = "scope."
_PREFIX = {Status.NEGATED: "no.", Status.SUPPOSED: "if.", Status.PAST: "past.", Status.ANIMAL: "animal."}
_OF_SYMPTOMS = frozenset(
    {"symptom", "airway", "body_threat", "very_low_spo2", "dying", "cold_sweat", "heavy_bleeding"}
)
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


@dataclass(slots=True)
class _Evidence:
    """What a text holds, before any rule is asked."""

    words: Words
    facts: Facts
    symptoms: dict[Symptom, str]
    negated: dict[Symptom, str]
    places: tuple[str, ...]
    from_area: bool | None
    trail: list[TrailStep]
    spoken: list[str]
    said: list[str]


def read_text(text: str, kind: str | None, areas: Collection[str], now: datetime, rules: RuleSet) -> Reading:
    """Read a citizen's words.

    Args:
        text: as written, any length; past some thousand words only the telling parts are read.
        kind: what the reporter chose (`ReportKind`), or None.
        areas: names or ids of the current epidemic areas.
        now: what "hôm qua" is counted from.
        rules: loaded by `load_rules`.
    """
    evidence = _evidence(text, areas, rules)
    category, confidence = _category(evidence, kind, rules)
    facts, trail = evidence.facts, evidence.trail
    facts[f"category.{category}"] = ""
    urgency = _urgency(evidence, category, rules)
    facts[f"urgency.{urgency}"] = ""
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


def model_features(text: str, areas: Collection[str], rules: RuleSet) -> list[str]:
    """What the category model sees of a text; training and reading share it."""
    evidence = _evidence(text, areas, rules)
    return features_of(evidence.said, evidence.facts)


def urgency_features(text: str, areas: Collection[str], rules: RuleSet) -> Features:
    """What the opinion on urgency sees of a text: its words, and what the rules made of it."""
    evidence = _evidence(text, areas, rules)
    category, _ = _category(evidence, None, rules)
    evidence.facts[f"category.{category}"] = ""
    ruled = choose_urgency(rules.policy, evidence.facts, category, evidence.trail)
    return _seen_by_opinion(evidence, ruled)


def _evidence(text: str, areas: Collection[str], rules: RuleSet) -> _Evidence:
    words = rules.spelling.put_right(split_words(shortened(text, rules.telling)))
    exclusive, signs, places = _sorted_hits(rules.phrases.find(words))
    scopes = Scopes(words, exclusive, rules.scope_words)
    spoken = [key for key in words.keys if key[:1].isalpha()]
    evidence = _Evidence(words, {}, {}, {}, (), None, [], spoken, said_in(spoken))
    of_this_person: set[Symptom] = set()
    for hit in exclusive:
        if hit.name == "scope.person":
            of_this_person.clear()
        if hit.name.startswith(SYMPTOM):
            status = scopes.status(hit)
            _note_symptom(evidence, hit, status, of_this_person)
            if scopes.is_intense(hit):
                evidence.facts.setdefault(f"intense.{hit.name.removeprefix(SYMPTOM)}", hit.said(words))
    for hit in _unyielding(signs, rules):
        _note_sign(evidence, hit, scopes, rules)
    _note_figures(evidence, rules)
    if evidence.symptoms:
        evidence.facts.setdefault("symptom", next(iter(evidence.symptoms.values())))
    _note_places(evidence, places, areas, scopes, rules)
    _note_joint_facts(evidence, rules)
    if "figurative" in evidence.facts:
        _take_back_symptoms(evidence)
    return evidence


def _take_back_symptoms(evidence: _Evidence) -> None:
    """A joke or a pining heart: what it names is not suffered."""
    words = evidence.facts["figurative"]
    for name in [n for n in evidence.facts if n.startswith((SYMPTOM, "severe", "intense")) or n in _OF_SYMPTOMS]:
        evidence.facts.pop(name)
    if evidence.symptoms:
        evidence.symptoms.clear()
        evidence.trail.append(TrailStep(rule="figurative", words=words, effect="symptoms not counted"))


def _sorted_hits(hits: Iterable[Hit]) -> tuple[list[Hit], list[Hit], list[Hit]]:
    """Symptoms and scope words don't overlap: what begins first, then the longest, wins. Signs may overlap."""
    exclusive: list[Hit] = []
    signs: list[Hit] = []
    places: list[Hit] = []
    for hit in hits:
        if hit.name.startswith(PLACE):
            _keep_longest(places, hit)
        elif hit.name.startswith((SYMPTOM, _SCOPE)):
            _keep_longest(exclusive, hit)
        else:
            signs.append(hit)
    return exclusive, signs, places


def _unyielding(signs: list[Hit], rules: RuleSet) -> list[Hit]:
    """Without those that lie over a sign that says it better ("gặp người dương tính": a contact, not a case)."""
    return [
        hit
        for hit in signs
        if not any(
            other.name in rules.yields.get(hit.name, ()) and other.start < hit.end and hit.start < other.end
            for other in signs
        )
    ]


def _keep_longest(kept: list[Hit], hit: Hit) -> None:
    if not kept or hit.start >= kept[-1].end:
        kept.append(hit)
    elif hit.start == kept[-1].start and (hit.end, -hit.pattern.rank) > (kept[-1].end, -kept[-1].pattern.rank):
        kept[-1] = hit


def _note_symptom(evidence: _Evidence, hit: Hit, status: Status, of_this_person: set[Symptom]) -> None:
    words = hit.said(evidence.words)
    named = {Symptom(name) for name in hit.name.removeprefix(SYMPTOM).split("+")}
    for symptom in sorted(named):
        _note_one_symptom(evidence, symptom, words, status)
    if status is Status.ASSERTED:
        of_this_person |= named
    elif status is Status.NEGATED:
        _take_back(evidence, named & of_this_person, words)


def _note_one_symptom(evidence: _Evidence, symptom: Symptom, words: str, status: Status) -> None:
    fact = SYMPTOM + symptom
    if status is Status.ASSERTED:
        evidence.symptoms.setdefault(symptom, words)
        evidence.facts.setdefault(fact, words)
        evidence.trail.append(TrailStep(rule=fact, words=words, effect=f"symptom {symptom}"))
        return
    if status is Status.NEGATED:
        evidence.negated.setdefault(symptom, words)
    evidence.facts.setdefault(_PREFIX[status] + "symptom", words)
    evidence.facts.setdefault(_PREFIX[status] + fact, words)
    evidence.trail.append(TrailStep(rule=fact, words=words, effect=f"{status}, not counted"))


def _take_back(evidence: _Evidence, symptoms: Iterable[Symptom], words: str) -> None:
    """`đau đầu, à không, không phải đau đầu`: of one and the same person the last word counts."""
    for symptom in symptoms:
        if evidence.symptoms.pop(symptom, None) is not None:
            evidence.facts.pop(SYMPTOM + symptom, None)
            evidence.trail.append(TrailStep(rule=SYMPTOM + symptom, words=words, effect="taken back, not counted"))


def _note_sign(evidence: _Evidence, hit: Hit, scopes: Scopes, rules: RuleSet) -> None:
    words = hit.said(evidence.words)
    if hit.name in rules.topics:
        evidence.facts.setdefault(hit.name, words)
        return
    status = scopes.status(hit)
    evidence.facts.setdefault(_PREFIX.get(status, "") + hit.name, words)


def _note_figures(evidence: _Evidence, rules: RuleSet) -> None:
    for name, words in find_figures(" ".join(evidence.words.keys), rules.thresholds):
        if "if.symptom" in evidence.facts and name.startswith(SYMPTOM):
            continue
        evidence.facts.setdefault(name, words)
        if name.startswith(SYMPTOM):
            symptom = Symptom(name.removeprefix(SYMPTOM))
            evidence.symptoms.setdefault(symptom, words)
            evidence.trail.append(TrailStep(rule=name, words=words, effect=f"symptom {symptom}"))


def _note_places(
    evidence: _Evidence, hits: list[Hit], areas: Collection[str], scopes: Scopes, rules: RuleSet
) -> None:
    named = [rules.places[hit.name.removeprefix(PLACE)] for hit in hits]
    evidence.places = tuple(dict.fromkeys(place.name for place in named))
    epidemic = rules.epidemic_ids(areas)
    origins = [hit for hit in hits if hit.name.removeprefix(PLACE) in epidemic]
    facts = evidence.facts
    asking = "question_form" in facts or "procedure" in facts or "?" in evidence.words.keys
    origin = came_from(evidence.words, origins, rules.travel, asking=asking and "symptom" not in facts)
    if origin is not None and scopes.status(origin) in {Status.ASSERTED, Status.PAST}:
        facts["from_area"] = origin.said(evidence.words)
        evidence.from_area = True
    elif "denied_area" in facts:
        evidence.from_area = False
    elif "epidemic_place" in facts:
        facts["from_area"] = facts["epidemic_place"]
        evidence.from_area = True
    elif "no.epidemic_place" in facts or (origin is not None and scopes.status(origin) is Status.NEGATED):
        evidence.from_area = False
    if evidence.from_area:
        step = TrailStep(rule="from-epidemic-area", words=facts["from_area"], effect="from an epidemic area")
        evidence.trail.append(step)


def _note_joint_facts(evidence: _Evidence, rules: RuleSet) -> None:
    """Names for combinations that several rules ask for (`joint` in rules.yaml)."""
    if not evidence.facts:
        evidence.facts["nothing"] = ""
    for name, condition in rules.joint:
        words = condition.words(evidence.facts)
        if words is not None:
            evidence.facts.setdefault(name, words)


def _category(evidence: _Evidence, kind: str | None, rules: RuleSet) -> tuple[Category, float]:
    features = features_of(evidence.said, evidence.facts)
    scores = dict(zip(rules.model.categories, rules.model.scores(features), strict=True))
    learned, _ = best_category(scores)
    because = ", ".join(rules.model.reasons(features, learned))
    evidence.trail.append(TrailStep(rule="model", words=because, effect=f"{learned} {scores[learned]:+.1f}"))
    add_category_rules(rules.policy, evidence.facts, scores, evidence.trail)
    if kind is not None:
        evidence.facts[f"kind.{kind}"] = ""
        scores[_KIND_CATEGORY[ReportKind(kind)]] += rules.kind_weight
    return best_category(scores)


def _urgency(evidence: _Evidence, category: Category, rules: RuleSet) -> Urgency:
    facts, trail = evidence.facts, evidence.trail
    ruled = choose_urgency(rules.policy, facts, category, trail)
    features = _seen_by_opinion(evidence, ruled)
    return weigh_urgency(rules.opinion, features, (category, ruled), rules.policy, facts, trail)


def _seen_by_opinion(evidence: _Evidence, ruled: Urgency) -> Features:
    return opinion_features(evidence.spoken, evidence.said, [*evidence.facts, RULED + ruled])


def _contradicts(kind: str | None, category: Category) -> bool:
    """Lodging, declarations, appointments and the rest have no kind of their own: any choice is as good there."""
    if kind is None or category in _NO_KIND_OF_THEIR_OWN:
        return False
    return _KIND_CATEGORY[ReportKind(kind)] is not category
