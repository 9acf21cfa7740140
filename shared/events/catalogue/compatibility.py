"""Whether a changed schema may keep its version: only what adds may.

Records of the old schema are kept on the topics, and readers of the old schema go on reading during an update and at
agencies for as long as they like. So the question is asked both ways:

    the new reader  must take every record of the old schema    (new required field, narrowed type, enum or length)
    the old reader  must take every record of the new schema    (widened type, enum or length; facts only, since
                                                                 nobody but us reads commands)

and a field that was there stays, with the default it had. Anything else needs a new version.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from shared.events.catalogue.schemas import Schema, inlined

_LOWER_LIMITS = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_UPPER_LIMITS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_SAYS_NOTHING = {"title", "description", "default", "examples", "$id", "$schema", "$comment", "$defs"}
_COMPARED = {"type", "enum", "const", "items", "properties", "required", "additionalProperties", "propertyNames"}


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One reason why a change needs a new version: where, and what would go wrong."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path or 'the value'}: {self.what}"


def breaches(old: Schema, new: Schema, *, is_command: bool) -> list[Breach]:
    """Why `new` may not carry the version of `old`: one reason per place, the outermost; none if it only adds."""
    old, new = inlined(old), inlined(new)
    found = [*_removed(old, new), *_changed_defaults(old, new)]
    found += [Breach(b.path, f"{b.what}: records on the topic would be refused") for b in _refusals(new, old, "")]
    if not is_command:
        found += [Breach(b.path, f"{b.what}: older readers would refuse it") for b in _refusals(old, new, "")]
    first_by_path = {breach.path: breach for breach in reversed(found)}
    return sorted(each for each in first_by_path.values() if not _is_inside(each.path, first_by_path))


def _is_inside(path: str, others: Collection[str]) -> bool:
    return any(path.startswith((f"{other}.", f"{other}[", f"{other}{{")) for other in others if other)


def _removed(old: Schema, new: Schema) -> list[Breach]:
    fields = set(_fields(new))
    gone = [path for path in _fields(old) if path not in fields]
    return [Breach(path, "the field was removed") for path in gone]


def _changed_defaults(old: Schema, new: Schema) -> list[Breach]:
    after = _fields(new)
    both = [(path, was, after[path]) for path, was in _fields(old).items() if path in after]
    return [
        Breach(path, "the default changed, so records without the field would say something else")
        for path, was, now in both
        if "default" in was and "default" in now and not _keeps(was["default"], now["default"])
    ]


def _keeps(was: Any, now: Any) -> bool:
    """A default object may gain fields, as its type may."""
    if isinstance(was, dict) and isinstance(now, dict):
        return all(name in now and _keeps(value, now[name]) for name, value in was.items())
    return bool(was == now)


def _fields(schema: Schema, path: str = "") -> dict[str, Schema]:
    """Every field at every depth by its path (`place.ward`, `reasons[].rule`)."""
    found: dict[str, Schema] = {}
    for part in _alternatives(schema):
        for name, field in part.get("properties", {}).items():
            found |= {_joined(path, name): field} | _fields(field, _joined(path, name))
        for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(part.get(keyword), dict):
                found |= _fields(part[keyword], path + mark)
    return found


def _refusals(reader: Schema, written: Schema, path: str) -> Iterator[Breach]:
    """What a reader that holds to `reader` may refuse in values that hold to `written`."""
    for each in _alternatives(written):
        candidates = sorted(_alternatives(reader), key=lambda r: r.get("type") != each.get("type"))
        yield from min((list(_refused(candidate, each, path)) for candidate in candidates), key=len)


def _refused(reader: Schema, written: Schema, path: str) -> Iterator[Breach]:
    if not _takes_type(reader, written):
        yield Breach(path, f"type {written.get('type', 'anything')} is not {reader['type']}")
        return
    yield from _refused_values(reader, written, path)
    yield from _refused_limits(reader, written, path)
    yield from _refused_fields(reader, written, path)
    if "items" in reader:
        yield from _refusals(reader["items"], written.get("items", {}), f"{path}[]")
    for keyword in ("additionalProperties", "propertyNames"):
        yield from _refused_others(reader.get(keyword, True), written.get(keyword, True), f"{path}{{}}")


def _takes_type(reader: Schema, written: Schema) -> bool:
    wanted, given = reader.get("type"), written.get("type")
    return wanted is None or wanted == given or (wanted, given) == ("number", "integer")


def _refused_values(reader: Schema, written: Schema, path: str) -> Iterator[Breach]:
    wanted, given = _values(reader), _values(written)
    if wanted is None:
        return
    if given is None:
        yield Breach(path, "only certain values are taken")
    elif strange := [value for value in given if value not in wanted]:
        yield Breach(path, f"not among the values: {', '.join(map(str, strange))}")


def _refused_limits(reader: Schema, written: Schema, path: str) -> Iterator[Breach]:
    written = _limits_of_values(written) | dict(written)
    for keyword in sorted(reader.keys() - _SAYS_NOTHING - _COMPARED - {"anyOf"}):
        if not _within(keyword, reader[keyword], written):
            yield Breach(path, f"{keyword} {written.get(keyword, 'free')} is not within {reader[keyword]}")


def _within(keyword: str, limit: Any, written: Schema) -> bool:
    if keyword == "pattern" and (values := _values(written)) is not None:
        return all(re.search(limit, str(value)) for value in values)
    given = written.get(keyword)
    if given is None:
        return False
    if keyword in _LOWER_LIMITS:
        return bool(given >= limit)
    return bool(given <= limit) if keyword in _UPPER_LIMITS else given == limit


def _refused_fields(reader: Schema, written: Schema, path: str) -> Iterator[Breach]:
    given, sure = written.get("properties", {}), set(written.get("required", ()))
    for name in reader.get("required", ()):
        if name not in sure:
            yield Breach(_joined(path, name), "the field is required, but not always there")
    for name, field in reader.get("properties", {}).items():
        if name in given:
            yield from _refusals(field, given[name], _joined(path, name))


def _refused_others(reader: Any, written: Any, path: str) -> Iterator[Breach]:
    """Fields without a declared name: `True` takes all, `False` none, a schema those that hold to it."""
    if reader is True or written is False:
        return
    if reader is False:
        yield Breach(path, "fields without a declared name are not taken")
    else:
        yield from _refusals(reader, {} if written is True else written, path)


def _alternatives(schema: Schema) -> list[Schema]:
    """`anyOf` and lists of types, taken apart; each alternative has what stands beside them."""
    beside = {key: value for key, value in schema.items() if key not in {"anyOf", "type"}}
    if "anyOf" in schema:
        return [part for each in schema["anyOf"] for part in _alternatives(beside | each)]
    types = schema.get("type")
    return [beside | {"type": each} for each in types] if isinstance(types, list) else [schema]


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _limits_of_values(schema: Schema) -> Schema:
    """The limits that listed values keep without saying so."""
    values = _values(schema)
    if not values:
        return {}
    if all(isinstance(value, str) for value in values):
        lengths = [len(value) for value in values]
        return {"minLength": min(lengths), "maxLength": max(lengths)}
    numbers = [value for value in values if isinstance(value, int | float)]
    return {"minimum": min(numbers), "maximum": max(numbers)} if numbers else {}


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
