"""Says what is wrong with a triage folder, with line and column, before it is used."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from services.routing.triage.domain import Agency, Category, ReportKind, Symptom, Urgency, ViolationKind
from services.routing.triage.examples import EXAMPLES, digest_of, example_file, example_of, numbered_lines
from services.routing.triage.phrases import PhraseError, patterns_of
from services.routing.triage.weights import WEIGHTS, stored_digest

FILES = ("symptoms.yaml", "scopes.yaml", "signs.yaml", "spelling.yaml", "places.yaml", "rules.yaml", "areas.yaml")
_DERIVED = frozenset(
    {"symptom", "from_area", "old", "infant", "high_fever", "very_low_spo2", "nothing", "asked", "smile"}
)
_PREFIXES = ("no.", "if.", "past.", "animal.")
_SECTIONS = ("category", "urgency", "agencies", "violation", "joint")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: where (line and column count from 1) and what to do."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


def lint(folder: Path) -> list[Fault]:
    """Every fault of a triage folder, in order; an empty list means that it can be used."""
    parsed: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in FILES:
        try:
            parsed[name] = YAML(typ="rt").load((folder / name).read_text(encoding="utf-8"))
        except (OSError, YAMLError) as error:
            faults.append(_unreadable(name, error))
    if faults:
        return faults
    for check in _CHECKS:
        faults += check(parsed)
    return sorted([*faults, *_lint_weights(folder)])


def _unreadable(name: str, error: Exception) -> Fault:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return Fault(name, mark.line + 1, mark.column + 1, _problem(error))
    if isinstance(error, OSError):
        return Fault(name, 1, 1, "the file is missing or cannot be read")
    return Fault(name, 1, 1, f"not readable as YAML: {error}")


def _problem(error: MarkedYAMLError) -> str:
    """What is wrong. The library tells a name given twice with everything that stands under both."""
    if isinstance(error, DuplicateKeyError):
        name = str(error.problem).partition('"')[2].partition('"')[0]
        return f"“{name}” stands in this file twice; put both lists under one"
    return f"not readable as YAML: {error.problem}"


def _at(file: str, holder: Any, key: Any, text: str) -> Fault:
    """A fault at an entry of a list or mapping."""
    marks = holder.lc.data.get(key) or (holder.lc.line, holder.lc.col)
    line, column = marks[0], marks[1]
    return Fault(file, line + 1, column + 1, text)


def _lint_symptoms(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    symptoms = parsed["symptoms.yaml"]
    for name, phrases in symptoms.items():
        for part in str(name).removeprefix("no.").split("+"):
            if part not in set(Symptom):
                yield _at("symptoms.yaml", symptoms, name, f"“{part}” is no symptom; known are {', '.join(Symptom)}")
        yield from _lint_phrases("symptoms.yaml", symptoms, name, phrases)


def _lint_signs(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    signs = parsed["signs.yaml"]
    for name, entry in signs.items():
        if not isinstance(entry, Mapping) or "phrases" not in entry:
            yield _at("signs.yaml", signs, name, f"“{name}” needs a list named “phrases”")
            continue
        for key in set(entry) - {"phrases", "topic", "yields_to"}:
            yield _at("signs.yaml", entry, key, f"“{key}” means nothing here; use phrases, topic or yields_to")
        for other in set(entry.get("yields_to", ())) - set(signs):
            yield _at("signs.yaml", entry, "yields_to", f"there is no sign “{other}”")
        yield from _lint_phrases("signs.yaml", entry, "phrases", entry["phrases"])


def _lint_scopes(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    scopes = parsed["scopes.yaml"]
    for name in {"words", "phrases", "careful", "travel"} - set(scopes):
        yield Fault("scopes.yaml", 1, 1, f"the part “{name}” is missing")
    for name, phrases in scopes.get("phrases", {}).items():
        yield from _lint_phrases("scopes.yaml", scopes["phrases"], name, phrases)
    careful = scopes.get("careful", {})
    for word, entry in careful.items():
        for key in set(entry) - {"not_before", "not_after", "only_before", "bare"}:
            yield _at("scopes.yaml", careful, word, f"“{key}” means nothing here")
        if entry.get("bare", "fine") not in {"fine", "never", "text", "whole"}:
            yield _at("scopes.yaml", careful, word, "“bare” is fine, never, text or whole")


def _lint_phrases(file: str, holder: Any, name: Any, phrases: Any) -> Iterator[Fault]:
    if not isinstance(phrases, list):
        yield _at(file, holder, name, f"“{name}” must be a list of phrases")
        return
    seen: set[str] = set()
    for place, phrase in enumerate(phrases):
        if not isinstance(phrase, str):
            yield _at(file, phrases, place, f"“{phrase}” is not text; put it in quotes")
            continue
        if phrase in seen:
            yield _at(file, phrases, place, f"“{phrase}” stands here twice")
        seen.add(phrase)
        try:
            list(patterns_of(str(name), phrase, 0, {}))
        except PhraseError as error:
            yield _at(file, phrases, place, f"“{phrase}” {error}")


def _lint_rules(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    rules = parsed["rules.yaml"]
    for name in {"version", "figures", "kind_weight", *_SECTIONS} - set(rules):
        yield Fault("rules.yaml", 1, 1, f"the part “{name}” is missing")
    facts = _facts(parsed)
    seen: set[str] = set()
    for section in set(_SECTIONS) & set(rules):
        entries = rules[section]["rules"] if section in {"urgency", "agencies"} else rules[section]
        for place, entry in enumerate(entries):
            identity = str(entry.get("id", ""))
            if not identity or identity in seen:
                yield _at("rules.yaml", entries, place, f"the rule needs an id of its own, not “{identity}”")
            seen.add(identity)
            yield from _lint_keys(section, entry)
            yield from _lint_condition(entry, facts)
            yield from _lint_outcome(section, entry)


def _facts(parsed: Mapping[str, Any]) -> frozenset[str]:
    signs = set(parsed["signs.yaml"]) | {f"symptom.{s}" for s in Symptom} | {f"intense.{s}" for s in Symptom}
    named = {str(entry.get("is")) for entry in parsed["rules.yaml"].get("joint", ())}
    given = (
        {f"category.{c}" for c in Category} | {f"urgency.{u}" for u in Urgency} | {f"kind.{k}" for k in ReportKind}
    )
    return frozenset(signs | named | given | _DERIVED)


def _lint_condition(entry: Any, facts: frozenset[str]) -> Iterator[Fault]:
    if not entry.get("all") and not entry.get("any"):
        yield Fault(
            "rules.yaml", entry.lc.line + 1, entry.lc.col + 1, "the rule needs “all” or “any”, else it always fires"
        )
    for key in ("all", "any", "none"):
        for place, fact in enumerate(entry.get(key, ())):
            plain = next((str(fact).removeprefix(p) for p in _PREFIXES if str(fact).startswith(p)), str(fact))
            if plain not in facts:
                yield _at(
                    "rules.yaml", entry[key], place, f"nothing is called “{fact}”: no sign, symptom or joint fact"
                )


_RULE_KEYS = frozenset({"id", "all", "any", "none"})
_OUTCOME_KEYS = {
    "category": {"add"}, "urgency": {"level"}, "agencies": {"first", "also"}, "violation": {"is"}, "joint": {"is"},
}  # fmt: skip


def _lint_keys(section: str, entry: Any) -> Iterator[Fault]:
    for key in entry:
        if key not in _RULE_KEYS | _OUTCOME_KEYS[section]:
            yield _at("rules.yaml", entry, key, f"“{key}” means nothing in a rule of “{section}”")


def _lint_outcome(section: str, entry: Any) -> Iterator[Fault]:
    if section == "category":
        yield from _lint_weights_of(entry)
    elif section == "urgency" and entry.get("level") not in set(Urgency):
        yield _at(
            "rules.yaml", entry, "level", f"“{entry.get('level')}” is no urgency; known are {', '.join(Urgency)}"
        )
    elif section == "violation" and entry.get("is") not in set(ViolationKind):
        known = ", ".join(ViolationKind)
        yield _at("rules.yaml", entry, "is", f"“{entry.get('is')}” is no violation; known are {known}")
    elif section == "agencies":
        for key in ("first", "also"):
            for place, name in enumerate(entry.get(key, ())):
                if name not in set(Agency):
                    yield _at(
                        "rules.yaml", entry[key], place, f"“{name}” is no agency; known are {', '.join(Agency)}"
                    )


def _lint_weights_of(entry: Any) -> Iterator[Fault]:
    for name, weight in entry.get("add", {}).items():
        if name not in set(Category):
            yield _at("rules.yaml", entry["add"], name, f"“{name}” is no category; known are {', '.join(Category)}")
        if not isinstance(weight, int | float):
            yield _at("rules.yaml", entry["add"], name, f"the weight “{weight}” is not a number")


def _lint_places(parsed: Mapping[str, Any]) -> Iterator[Fault]:
    places = parsed["places.yaml"]
    seen: set[str] = set()
    for place, entry in enumerate(places):
        if not entry.get("id") or not entry.get("name"):
            yield _at("places.yaml", places, place, "a place needs an id and a name")
        if entry.get("id") in seen:
            yield _at("places.yaml", places, place, f"the id “{entry['id']}” is taken")
        seen.add(entry.get("id"))
    for place, area in enumerate(parsed["areas.yaml"]):
        if area not in seen:
            yield _at("areas.yaml", parsed["areas.yaml"], place, f"there is no place with the id “{area}”")


def _lint_examples(folder: Path, category: Category) -> Iterator[Fault]:
    for number, line in numbered_lines(example_file(folder, category)):
        try:
            example_of(line, category)
        except ValueError as error:
            yield Fault(f"{EXAMPLES}/{category}.txt", number, 1, f"{error}; known are {', '.join(Urgency)}")


def _lint_weights(folder: Path) -> Iterator[Fault]:
    for category in Category:
        if not example_file(folder, category).exists():
            yield Fault(f"{EXAMPLES}/{category}.txt", 1, 1, "the file of example texts is missing")
            return
        yield from _lint_examples(folder, category)
    if stored_digest(folder) != digest_of(folder):
        yield Fault(WEIGHTS, 1, 1, "older than the examples; run `haivan rules train`")


_CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[Fault]], ...] = (
    _lint_symptoms,
    _lint_signs,
    _lint_scopes,
    _lint_rules,
    _lint_places,
)
