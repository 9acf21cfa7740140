from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from shared.events import REGISTRY
from shared.events.catalogue.compatibility import Breach, breaches
from shared.events.catalogue.schemas import is_command, schema_of

OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 100},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "text": {"type": "string", "maxLength": 200, "default": ""},
        "place": {"$ref": "#/$defs/Place", "default": {"ward": None}},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "default": [], "maxItems": 10},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
    },
    "required": ["id", "kind", "stars", "code", "counts"],
    "$defs": {
        "Place": {
            "type": "object",
            "properties": {
                "ward": {"anyOf": [{"type": "string", "maxLength": 80}, {"type": "null"}], "default": None}
            },
        },
        "Part": {"type": "object", "properties": {"rule": {"type": "string"}}, "required": ["rule"]},
    },
}


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The old schema with one thing set, or taken away where the value is None."""
    new = deepcopy(OLD)
    *steps, last = path.split("/")
    holder = new
    for step in steps:
        holder = holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return new


def paths(new: dict[str, Any], *, is_command: bool = False) -> list[str]:
    return [breach.path for breach in breaches(OLD, new, is_command=is_command)]


ADDITIONS = {
    "nothing": OLD,
    "an optional field": changed("properties/more", {"type": "string"}),
    "an optional field of a part": changed("$defs/Part/properties/words", {"type": "string", "default": ""}),
    "a field of a part that is a default": changed("properties/place/default", {"ward": None, "street": None}),
    "another description": changed("description", "In other words."),
    "another title": changed("$defs/Part/title", "Step"),
}

BREAKS_KEPT_RECORDS = {
    "a new required field": ("more", changed("required", [*OLD["required"], "more"])),
    "a field becomes required": ("text", changed("required", [*OLD["required"], "text"])),
    "a required field of a part": ("parts[].words", changed("$defs/Part/required", ["rule", "words"])),
    "a changed type": ("stars", changed("properties/stars/type", "string")),
    "a changed type of a part": ("parts[].rule", changed("$defs/Part/properties/rule/type", "integer")),
    "a list becomes one": ("parts", changed("properties/parts", {"type": "string", "default": []})),
    "null is no longer taken": ("place.ward", changed("$defs/Place/properties/ward", {"type": "string"})),
    "a narrowed enum": ("kind", changed("properties/kind/enum", ["a"])),
    "free text becomes an enum": ("text", changed("properties/text/enum", ["yes", "no"])),
    "a constant": ("kind", changed("properties/kind", {"const": "a", "type": "string"})),
    "a narrowed length": ("text", changed("properties/text/maxLength", 100)),
    "a length where there was none": ("parts[].rule", changed("$defs/Part/properties/rule/maxLength", 10)),
    "a longer shortest length": ("id", changed("properties/id/minLength", 2)),
    "a narrowed maximum": ("stars", changed("properties/stars/maximum", 4)),
    "a raised minimum": ("stars", changed("properties/stars/minimum", 2)),
    "fewer items": ("parts", changed("properties/parts/maxItems", 9)),
    "another pattern": ("code", changed("properties/code/pattern", "^[a-y]+$")),
    "a format": ("code", changed("properties/code/format", "date-time")),
    "a keyword nobody here knows": ("parts", changed("properties/parts/uniqueItems", value=True)),
    "narrower values of a free object": ("counts{}", changed("properties/counts/additionalProperties/minimum", 1)),
    "names of a free object": ("counts{}", changed("properties/counts/propertyNames", {"maxLength": 3})),
    "a closed object": ("parts[]{}", changed("$defs/Part/additionalProperties", value=False)),
}  # fmt: skip

BREAKS_EITHER_WAY = {
    "a removed field": ("text", changed("properties/text")),
    "a removed required field": ("stars", changed("properties/stars")),
    "a removed field of a part": ("parts[].rule", changed("$defs/Part/properties/rule")),
    "another default": ("text", changed("properties/text/default", "—")),
    "another default of a part": ("place", changed("properties/place/default", {"ward": "hue"})),
}

BREAKS_OLDER_READERS = {
    "a widened enum": ("kind", changed("properties/kind/enum", ["a", "b", "c"])),
    "an enum becomes free": ("kind", changed("properties/kind", {"type": "string"})),
    "a widened length": ("text", changed("properties/text/maxLength", 400)),
    "a length given up": ("text", changed("properties/text/maxLength")),
    "a lowered minimum": ("stars", changed("properties/stars/minimum")),
    "null is taken too": ("id", changed("properties/id", {"anyOf": [OLD["properties"]["id"], {"type": "null"}]})),
    "a pattern given up": ("code", changed("properties/code/pattern")),
    "a field is no longer always there": ("kind", changed("required", ["id", "stars", "code", "counts"])),
    "a number where there was an integer": ("stars", changed("properties/stars/type", "number")),
}


@pytest.mark.parametrize("new", ADDITIONS.values(), ids=ADDITIONS)
def test_what_only_adds_keeps_the_version(new: dict[str, Any]) -> None:
    assert breaches(OLD, new, is_command=False) == []
    assert breaches(OLD, new, is_command=True) == []


@pytest.mark.parametrize("case", BREAKS_KEPT_RECORDS.values(), ids=BREAKS_KEPT_RECORDS)
def test_what_refuses_kept_records_needs_a_new_version(case: tuple[str, dict[str, Any]]) -> None:
    path, new = case
    assert paths(new) == [path]
    assert paths(new, is_command=True) == [path]


@pytest.mark.parametrize("case", BREAKS_EITHER_WAY.values(), ids=BREAKS_EITHER_WAY)
def test_what_was_there_stays_there(case: tuple[str, dict[str, Any]]) -> None:
    path, new = case
    assert path in paths(new)
    assert path in paths(new, is_command=True)


@pytest.mark.parametrize("case", BREAKS_OLDER_READERS.values(), ids=BREAKS_OLDER_READERS)
def test_what_older_readers_refuse_needs_a_new_version_of_a_fact(case: tuple[str, dict[str, Any]]) -> None:
    path, new = case
    assert paths(new) == [path]


@pytest.mark.parametrize("case", BREAKS_OLDER_READERS.values(), ids=BREAKS_OLDER_READERS)
def test_a_command_may_take_more_than_before(case: tuple[str, dict[str, Any]]) -> None:
    _, new = case
    assert paths(new, is_command=True) == []


def test_a_breach_says_where_and_what() -> None:
    assert [str(each) for each in breaches(OLD, changed("properties/kind/enum", ["a"]), is_command=False)] == [
        "kind: not among the values: b: records on the topic would be refused"
    ]
    assert str(Breach("", "x")) == "the value: x"


def test_several_breaches_come_in_order_and_once_each() -> None:
    new = changed("properties/stars/type", "string")
    new["properties"]["code"]["pattern"] = "x"
    del new["properties"]["text"]
    assert paths(new) == ["code", "stars", "text"]


@pytest.mark.parametrize("contract", REGISTRY.values(), ids=lambda contract: contract.name)
def test_every_contract_is_compatible_with_itself(contract: Any) -> None:
    schema = schema_of(contract)
    assert breaches(schema, deepcopy(schema), is_command=is_command(contract)) == []


limits = st.fixed_dictionaries({}, optional={"minLength": st.integers(0, 3), "maxLength": st.integers(2, 6)})
kinds = st.one_of(
    limits.map(lambda given: {"type": "string", **given}),
    st.sets(st.sampled_from(["", "a", "bb", "ccccccc"]), min_size=1).map(
        lambda v: {"type": "string", "enum": sorted(v)}
    ),
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"])}, optional={"minimum": st.integers(-2, 2)}),
    st.just({"type": "null"}),
)
fields = st.one_of(kinds, st.lists(kinds, min_size=1, max_size=3).map(lambda each: {"anyOf": each}))
values: st.SearchStrategy[Any] = st.sampled_from([None, "", "a", "bb", "ccc", "ccccccc", -3, -1, 0, 1, 2.5, True, []])


@given(fields, fields, values)
def test_what_is_found_compatible_takes_every_value_it_took_before(old: Any, new: Any, value: Any) -> None:
    before, after = ({"type": "object", "properties": {"x": each}, "required": ["x"]} for each in (old, new))
    if not breaches(before, after, is_command=True) and Draft202012Validator(before).is_valid({"x": value}):
        assert Draft202012Validator(after).is_valid({"x": value})
