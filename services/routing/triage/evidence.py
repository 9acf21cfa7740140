"""What a text holds, before any rule is asked: its phrases, what is really said, figures, places. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from services.routing.triage.decision import Facts
from services.routing.triage.domain import Symptom, TrailStep
from services.routing.triage.figures import NORMAL_TEMPERATURE, find_figures
from services.routing.triage.hesitation import fluent
from services.routing.triage.marking import ABSENT, SYMPTOM, Status
from services.routing.triage.model import said_in
from services.routing.triage.phrases import Hit
from services.routing.triage.places import PLACE, came_from
from services.routing.triage.rules import RuleSet
from services.routing.triage.scopes import Scopes
from services.routing.triage.shortening import shortened
from services.routing.triage.writing import Words, is_hard_stop, split_words

_SCOPE = "scope."
_MASK = "scope.mask"
_COURTESY = "scope.courtesy"
_THANKS = "thanks"
_PREFIX = {Status.NEGATED: "no.", Status.SUPPOSED: "if.", Status.PAST: "past.", Status.ANIMAL: "animal."}
_FIGURES_SAY = {SYMPTOM + Symptom.FEVER: Symptom.FEVER, "high_fever": Symptom.FEVER}
_OF_SYMPTOMS = frozenset(
    {"symptom", "airway", "body_threat", "very_low_spo2", "dying", "cold_sweat", "heavy_bleeding"}
)
_SMILE = re.compile(r"[=:;]['-]?[)d]{1,9}(?![a-z])|[😂🤣😆😅😜😝]")


@dataclass(slots=True)
class Evidence:
    """What the rules are asked about."""

    words: Words
    facts: Facts
    symptoms: dict[Symptom, str]
    negated: dict[Symptom, str]
    taken_back: set[Symptom]
    places: tuple[str, ...]
    from_area: bool | None
    trail: list[TrailStep]
    spoken: list[str]
    said: list[str]
    pressing: list[str]  # what is spoken, without a closing courtesy


def evidence_of(text: str, areas: Collection[str], rules: RuleSet) -> Evidence:
    """Read what a text says, whatever follows from it."""
    words = rules.spelling.put_right(split_words(shortened(text, rules.telling)))
    exclusive, signs, places = _sorted_hits(_found(words, rules))
    scopes = Scopes(words, exclusive, rules.scope_words)
    spoken = _spoken(words.keys)
    pressing = _spoken(words.keys[: _courtesy_at(words, [*exclusive, *signs])])
    evidence = Evidence(words, {}, {}, {}, set(), (), None, [], spoken, said_in(spoken), pressing)
    of_this_person: set[Symptom] = set()
    person: list[str] = []
    for hit in exclusive:
        if hit.name == "scope.person" and words.keys[hit.start : hit.end] != person:
            person = words.keys[hit.start : hit.end]
            of_this_person.clear()
        if hit.name.startswith(ABSENT):
            _note_absent(evidence, hit, scopes.status(hit))
        elif hit.name.startswith(SYMPTOM):
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


def _spoken(keys: Sequence[str]) -> list[str]:
    return [key for key in keys if key[:1].isalpha()]


def _courtesy_at(words: Words, hits: Sequence[Hit]) -> int:
    """Where a last sentence begins that only thanks or signs; the end of the text when there is none."""
    end = len(words.keys)
    polite = [hit for hit in hits if hit.name == _COURTESY]
    if not polite:
        return end
    start = polite[-1].start
    while start > 0 and not is_hard_stop(words.keys[start - 1]):
        start -= 1
    telling = any(hit.end > start and not hit.name.startswith(_SCOPE) and hit.name != _THANKS for hit in hits)
    return end if start == 0 or telling else start


def _found(words: Words, rules: RuleSet) -> Iterable[Hit]:
    """Every phrase, those too that a speaker broke with pauses."""
    smooth = fluent(words, rules.fillers)
    return rules.phrases.find(words) if smooth is None else smooth.in_text(rules.phrases.find(smooth.words))


def _take_back_symptoms(evidence: Evidence) -> None:
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
    yields = rules.yields
    return [
        hit
        for hit in signs
        if hit.name not in yields
        or not any(
            other.name in yields[hit.name] and other.start < hit.end and hit.start < other.end for other in signs
        )
    ]


def _keep_longest(kept: list[Hit], hit: Hit) -> None:
    if not kept or hit.start >= kept[-1].end:
        kept.append(hit)
    elif hit.name == kept[-1].name == _MASK and hit.end > kept[-1].end:
        kept[-1] = kept[-1]._replace(end=hit.end)  # `hết [thuốc] ho`: one mask takes over where the other ends
    elif hit.start == kept[-1].start and (hit.end, -hit.pattern.rank) > (kept[-1].end, -kept[-1].pattern.rank):
        kept[-1] = hit


def _note_symptom(evidence: Evidence, hit: Hit, status: Status, of_this_person: set[Symptom]) -> None:
    words = hit.said(evidence.words)
    named = {Symptom(name) for name in hit.name.removeprefix(SYMPTOM).split("+")}
    for symptom in sorted(named):
        _note_one_symptom(evidence, symptom, words, status)
    if status is Status.ASSERTED:
        of_this_person |= named
    elif status is Status.NEGATED:
        _take_back(evidence, named & of_this_person, words)


def _note_absent(evidence: Evidence, hit: Hit, status: Status) -> None:
    """`thở bình thường` denies; `thở không bình thường` says nothing."""
    if status is Status.ASSERTED:
        _note_one_symptom(evidence, Symptom(hit.name.removeprefix(ABSENT)), hit.said(evidence.words), Status.NEGATED)


def _note_one_symptom(evidence: Evidence, symptom: Symptom, words: str, status: Status) -> None:
    fact = SYMPTOM + symptom
    if status is Status.ASSERTED:
        evidence.taken_back.discard(symptom)
        evidence.symptoms.setdefault(symptom, words)
        evidence.facts.setdefault(fact, words)
        evidence.trail.append(TrailStep(rule=fact, words=words, effect=f"symptom {symptom}"))
        return
    if status is Status.NEGATED:
        evidence.negated.setdefault(symptom, words)
    evidence.facts.setdefault(_PREFIX[status] + "symptom", words)
    evidence.facts.setdefault(_PREFIX[status] + fact, words)
    evidence.trail.append(TrailStep(rule=fact, words=words, effect=f"{status}, not counted"))


def _take_back(evidence: Evidence, symptoms: Iterable[Symptom], words: str) -> None:
    """`đau đầu, à không, không phải đau đầu`: of one and the same person the last word counts."""
    for symptom in symptoms:
        said = evidence.symptoms.get(symptom, "").split()
        if not set(words.split()).isdisjoint(said):  # `ói ra hết, không buồn nôn` takes nothing back
            del evidence.symptoms[symptom]
            evidence.taken_back.add(symptom)
            evidence.facts.pop(SYMPTOM + symptom, None)
            evidence.trail.append(TrailStep(rule=SYMPTOM + symptom, words=words, effect="taken back, not counted"))


def _note_sign(evidence: Evidence, hit: Hit, scopes: Scopes, rules: RuleSet) -> None:
    words = hit.said(evidence.words)
    if hit.name in rules.topics:
        evidence.facts.setdefault(hit.name, words)
        return
    status = scopes.status(hit)
    evidence.facts.setdefault(_PREFIX.get(status, "") + hit.name, words)


def _note_figures(evidence: Evidence, rules: RuleSet) -> None:
    for name, words in find_figures(" ".join(evidence.words.keys), rules.thresholds):
        if "if.symptom" in evidence.facts and name.startswith(SYMPTOM):
            continue
        if _FIGURES_SAY.get(name) in evidence.taken_back:
            continue  # `hôm qua sốt 39, nay hết sốt`
        evidence.facts.setdefault(name, words)
        if name == NORMAL_TEMPERATURE:
            evidence.negated.setdefault(Symptom.FEVER, words)
        elif name.startswith(SYMPTOM):
            symptom = Symptom(name.removeprefix(SYMPTOM))
            evidence.symptoms.setdefault(symptom, words)
            evidence.trail.append(TrailStep(rule=name, words=words, effect=f"symptom {symptom}"))


def _note_places(evidence: Evidence, hits: list[Hit], areas: Collection[str], scopes: Scopes, rules: RuleSet) -> None:
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


def _note_joint_facts(evidence: Evidence, rules: RuleSet) -> None:
    """Names for combinations that several rules ask for (`joint` in rules.yaml)."""
    if not evidence.facts:
        evidence.facts["nothing"] = ""
    if "?" in evidence.words.keys:
        evidence.facts["asked"] = "?"
    smile = _SMILE.search(evidence.words.text)
    if smile is not None:
        evidence.facts["smile"] = smile[0]
    for name, condition in rules.joint:
        words = None if evidence.facts.keys().isdisjoint(condition.triggers) else condition.words(evidence.facts)
        if words is not None:
            evidence.facts.setdefault(name, words)
