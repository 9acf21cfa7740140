"""The fields of an event as a table for people: name, what it may be, whether it must be there."""

import json
from typing import Any

from shared.events.catalogue.schemas import Schema, inlined

_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "pattern": "`{}`",
}
_TRIVIAL = {("minLength", 1)}


def field_rows(schema: Schema) -> list[tuple[str, str, str]]:
    """(field, what it may be, "required" or its default) of a schema, in the order of the class."""
    whole = inlined(schema)
    required = set(whole.get("required", ()))
    return [(name, kind_of(field), _presence(name, field, required)) for name, field in whole["properties"].items()]


def kind_of(field: Schema) -> str:
    """A schema in words: `string, at most 80 characters`, `list of …`, `one of a, b`, `… or null`."""
    if "anyOf" in field:
        return " or ".join(kind_of(each) for each in field["anyOf"])
    if "enum" in field:
        return "one of " + ", ".join(f"`{value}`" for value in field["enum"])
    kind = field.get("type", "anything")
    if kind == "array":
        return f"list of ({kind_of(field.get('items', {}))})"
    if kind == "object":
        return _object(field)
    limits = [words.format(field[key]) for key, words in _LIMITS.items() if key in field and not _trivial(key, field)]
    return ", ".join([str(field.get("format", kind)), *limits])


def _trivial(key: str, field: Schema) -> bool:
    return (key, field[key]) in _TRIVIAL


def _object(field: Schema) -> str:
    if isinstance(field.get("additionalProperties"), dict):
        return f"object of names → {kind_of(field['additionalProperties'])}"
    return "{" + ", ".join(f"`{name}`: {kind_of(part)}" for name, part in field.get("properties", {}).items()) + "}"


def _presence(name: str, field: Schema, required: set[str]) -> str:
    return "required" if name in required else f"default `{_short(field.get('default'))}`"


def _short(value: Any) -> str:
    """A default in JSON; an object of nothing but nulls is an empty one."""
    empty = isinstance(value, dict) and not any(value.values())
    return "{}" if empty else json.dumps(value, ensure_ascii=False)
