"""Loads a profile's triage folder into a compiled `RuleSet`. The only file here that reads the disk."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from services.routing.triage.decision import (
    AgencyRule,
    CategoryRule,
    Condition,
    Policy,
    RulesByFact,
    UrgencyRule,
    ViolationRule,
)
from services.routing.triage.domain import Agency, Category, Urgency, ViolationKind
from services.routing.triage.figures import Thresholds
from services.routing.triage.marking import SYMPTOM, ScopeWords
from services.routing.triage.model import LinearModel
from services.routing.triage.opinion import Opinion
from services.routing.triage.phrases import GAP, Context, Pattern, PhraseIndex, marks_of, patterns_of
from services.routing.triage.places import PLACE, Place, TravelWords, folded, is_epidemic
from services.routing.triage.spelling import Spelling, deletions_of, forms_of
from services.routing.triage.weights import Learned, read_learned
from services.routing.triage.writing import Form, form_of

_MOST_REMEMBERED = 256
_IN_PHRASE = re.compile(r"[^\s{}\[\]|…]+")
_SCOPE_RANKS = {"mask": 0, "list_head": 3}  # of two phrases as long as each other the lower rank wins
_URGENT_SIGNS = (
    "symptom.loss_of_consciousness", "symptom.cyanosis", "symptom.convulsion", "symptom.dyspnea",
    "severe_dyspnea", "dying", "stroke", "suicide", "labour", "violence", "help_request",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything a reading needs, compiled. Made once by `load_rules`, shared freely."""

    version: str
    phrases: PhraseIndex
    topics: frozenset[str]
    yields: Mapping[str, frozenset[str]]
    scope_words: ScopeWords
    fillers: frozenset[Form]
    spelling: Spelling
    places: Mapping[str, Place]
    travel: TravelWords
    thresholds: Thresholds
    policy: Policy
    joint: tuple[tuple[str, Condition], ...]
    model: LinearModel
    opinion: Opinion
    kind_weight: float
    telling: frozenset[str]
    _epidemic: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def epidemic_ids(self, areas: Collection[str]) -> frozenset[str]:
        """Ids of the places that lie in one of `areas` or abroad; remembered, since areas change rarely."""
        wanted = frozenset(areas)
        if wanted not in self._epidemic:
            if len(self._epidemic) > _MOST_REMEMBERED:
                self._epidemic.clear()
            names = {folded(area) for area in wanted}
            self._epidemic[wanted] = frozenset(p.id for p in self.places.values() if is_epidemic(p, names))
        return self._epidemic[wanted]


def load_rules(folder: Path, learned: Learned | None = None) -> RuleSet:
    """Read and compile a profile's triage folder; `learned` stands in for its weights, to train new ones.

    Raises:
        PhraseError, KeyError, ValueError: a file is wrong; `haivan rules lint` says where and what to do.
    """
    signs, scopes, rules = (read_yaml(folder / name) for name in ("signs.yaml", "scopes.yaml", "rules.yaml"))
    symptoms, spelling = read_yaml(folder / "symptoms.yaml"), read_yaml(folder / "spelling.yaml")
    places = {entry["id"]: _place(entry) for entry in read_yaml(folder / "places.yaml")}
    short = {str(word): str(spelling["short"][word]) for word in spelling["in_phrases"]}
    contexts = {_careful(word): _context(entry) for word, entry in scopes["careful"].items()}
    lexicon = list(_patterns(symptoms, signs, scopes["phrases"], places, contexts, short))
    index = PhraseIndex(lexicon)
    learned = read_learned(folder) if learned is None else learned
    return RuleSet(
        version=str(rules["version"]),
        phrases=index,
        topics=frozenset(name for name, entry in signs.items() if entry.get("topic")),
        yields={name: frozenset(entry["yields_to"]) for name, entry in signs.items() if "yields_to" in entry},
        scope_words=_scope_words(scopes["words"]),
        fillers=frozenset(form_of(str(word)) for word in scopes["fillers"]),
        spelling=_spelling(spelling, index, learned.words),
        places=places,
        travel=TravelWords(**{name: _keys(words) for name, words in scopes["travel"].items()}),
        thresholds=Thresholds(**rules["figures"]),
        policy=_policy(rules),
        joint=tuple((str(entry["is"]), _condition(entry)) for entry in rules["joint"]),
        model=learned.model,
        opinion=learned.opinion,
        kind_weight=float(rules["kind_weight"]),
        telling=frozenset(" ".join(f.key for f in p.first[:2]) for p in lexicon if p.name in _URGENT_SIGNS),
    )


def read_yaml(path: Path) -> Any:
    """One file as plain data."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def default_areas(folder: Path) -> frozenset[str]:
    """The areas of `areas.yaml`, for the command line and tests."""
    return frozenset(map(str, read_yaml(folder / "areas.yaml")))


def _patterns(
    symptoms: Mapping[str, list[str]],
    signs: Mapping[str, Mapping[str, Any]],
    scopes: Mapping[str, list[str]],
    places: Mapping[str, Place],
    contexts: Mapping[str, Context],
    short: Mapping[str, str],
) -> Iterator[Pattern]:
    for name, phrases in symptoms.items():
        yield from _compiled(SYMPTOM + name, phrases, 1, contexts, short)
    for name, phrases in scopes.items():
        yield from _compiled(f"scope.{name}", phrases, _SCOPE_RANKS.get(name, 2), contexts, short)
    for name, entry in signs.items():
        yield from _compiled(name, entry["phrases"], 2, contexts, short)
    for place in places.values():
        yield from _compiled(PLACE + place.id, [place.name, *place.aliases], 2, contexts, {})


def _compiled(
    name: str, phrases: list[str], rank: int, contexts: Mapping[str, Context], short: Mapping[str, str]
) -> Iterator[Pattern]:
    for phrase in map(str, phrases):
        as_written = list(patterns_of(name, phrase, rank, contexts))
        yield from as_written
        spelled = written_out(phrase, short)
        if spelled != phrase:
            known = {pattern.first: pattern.rest for pattern in as_written}
            for pattern in patterns_of(name, spelled, rank, contexts):
                if known.get(pattern.first) != pattern.rest:
                    yield pattern


def written_out(phrase: str, short: Mapping[str, str]) -> str:
    """A phrase with its Huế words as spelling puts them right in a text: `khi mô` is `khi đâu` there."""
    return _IN_PHRASE.sub(lambda found: short.get(found[0], found[0]), phrase)


def _careful(word: str) -> str:
    """`họ …` stands for every phrase that begins with the word."""
    begins = word.endswith(GAP)
    return marks_of(forms_of(word.removesuffix(GAP))) + (f" {GAP}" if begins else "")


def _context(entry: Mapping[str, Any]) -> Context:
    before, after, only = (_keys(entry.get(name, ())) for name in ("not_before", "not_after", "only_before"))
    return Context(before, after, only, str(entry.get("bare", "")))


def _scope_words(words: Mapping[str, list[str]]) -> ScopeWords:
    """`denying` by its marks, for it stands in any gap: `môi CHẢ tím`, but `môi CHA tím`."""
    keys = {name: _keys(listed) for name, listed in words.items() if name != "denying"}
    return ScopeWords(**keys, denying=frozenset(form_of(str(word)) for word in words["denying"]))


def _keys(words: Collection[str]) -> frozenset[str]:
    return frozenset(form_of(str(word)).key if str(word)[:1].isalnum() else str(word) for word in words)


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(entry["id"], entry["name"], tuple(map(str, entry.get("aliases", ()))), bool(entry.get("abroad")))


def _spelling(entries: Mapping[str, Any], index: PhraseIndex, learned: Counter[str]) -> Spelling:
    known = set(index.vocabulary) | set(learned) | {form_of(str(word)).key for word in entries.get("known", ())}
    return Spelling(
        short={str(word): forms_of(str(meant)) for word, meant in entries["short"].items()},
        unless_after={str(word): _keys(before) for word, before in entries["unless_after"].items()},
        vocabulary=index.vocabulary + learned,
        known=frozenset(known),
        joined=index.joined,
        deletions=deletions_of(index.vocabulary),
    )


def _policy(rules: Mapping[str, Any]) -> Policy:
    urgency, agencies = rules["urgency"], rules["agencies"]
    return Policy(
        category=RulesByFact([_category_rule(entry) for entry in rules["category"]]),
        urgency=RulesByFact([UrgencyRule(when=_condition(e), level=Urgency(e["level"])) for e in urgency["rules"]]),
        agencies=RulesByFact([_agency_rule(entry) for entry in agencies["rules"]]),
        violation=tuple(ViolationRule(when=_condition(e), kind=ViolationKind(e["is"])) for e in rules["violation"]),
        quiet=tuple(map(str, urgency["quiet"])),
        told_of=tuple(map(str, urgency["told_of"])),
        told_of_below=float(urgency["told_of_below"]),
        firm=tuple(map(str, urgency["firm"])),
        tales=tuple(map(str, urgency["tales"])),
        usual_urgency={Category(name): Urgency(level) for name, level in urgency["usual"].items()},
        usual_agencies={Category(name): _agencies(given) for name, given in agencies["usual"].items()},
        kind_agencies={str(kind): _agencies(given) for kind, given in agencies["kind"].items()},
    )


def _condition(entry: Mapping[str, Any]) -> Condition:
    return Condition(
        id=str(entry["id"]),
        all_of=tuple(entry.get("all", ())),
        any_of=tuple(entry.get("any", ())),
        none_of=tuple(entry.get("none", ())),
    )


def _category_rule(entry: Mapping[str, Any]) -> CategoryRule:
    return CategoryRule(
        when=_condition(entry), add=tuple((Category(name), float(weight)) for name, weight in entry["add"].items())
    )


def _agency_rule(entry: Mapping[str, Any]) -> AgencyRule:
    return AgencyRule(
        when=_condition(entry), first=_agencies(entry.get("first", ())), also=_agencies(entry.get("also", ()))
    )


def _agencies(names: Collection[str]) -> tuple[Agency, ...]:
    return tuple(Agency(name) for name in names)
