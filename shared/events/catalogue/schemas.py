"""One JSON Schema (2020-12) per event type and version: what a record's value must be to be read.

A schema says what readers accept, not what producers happen to write: it has to hold for every record that is still
kept on the topic, also for those written before a field was added.
"""

import json
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from shared.events import Contract

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FROM_THE_TOPIC = "agency"
"""What an agency need not write: the topic it writes to says who it is."""


class _WithoutFieldTitles(GenerateJsonSchema):
    """Pydantic titles each field by its own name in capitals, which says nothing."""

    def field_title_should_be_set(self, schema: object) -> bool:
        del schema
        return False


def is_command(contract: Contract) -> bool:
    """Whether agencies write it and we read it; everything else is a fact that we write."""
    return contract.producer == "agency"


def schema_of(contract: Contract) -> Schema:
    """The published schema of one contract; keys in reading order."""
    made = model_schema(contract.model)
    if is_command(contract):
        made = _without_field(made, FROM_THE_TOPIC)
    order = ("title", "description", "type", "properties", "required", "$defs")
    head = {"$schema": DIALECT, "$id": contract.schema_uri}
    tail = {"examples": [example_of(contract)]}
    body: Schema = _with_flowing_text({key: made[key] for key in order if key in made})
    return head | body | tail


def model_schema(model: type[BaseModel]) -> Schema:
    """The schema of a model as readers see it."""
    return model.model_json_schema(schema_generator=_WithoutFieldTitles, mode="validation")


def example_of(contract: Contract) -> dict[str, Any]:
    """The example as its writer writes it."""
    without = FROM_THE_TOPIC if is_command(contract) else None
    return {name: value for name, value in contract.example.items() if name != without}


def file_name(contract: Contract) -> str:
    """Where its schema is committed, inside `shared/events/schemas`."""
    return f"{contract.name}.v{contract.version}.json"


def as_text(document: Any) -> str:
    """JSON as it is committed: readable, stable, with Vietnamese as it is written."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def inlined(schema: Schema) -> Schema:
    """The same schema with every `$ref` to its own `$defs` replaced by what it refers to."""
    definitions = schema.get("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, list):
            return [inline(item) for item in part]
        if not isinstance(part, dict):
            return part
        beside = {key: inline(value) for key, value in part.items() if key not in {"$ref", "$defs"}}
        return inline(definitions[part["$ref"].removeprefix("#/$defs/")]) | beside if "$ref" in part else beside

    made: Schema = inline(schema)
    return made


def flowing(docstring: str) -> str:
    """A docstring without the line breaks that its source needed; paragraphs stay."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))


def _with_flowing_text(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {
        key: flowing(value) if key == "description" and isinstance(value, str) else _with_flowing_text(value)
        for key, value in part.items()
    }


def _without_field(schema: Schema, name: str) -> Schema:
    kept = {key: value for key, value in schema["properties"].items() if key != name}
    required = [key for key in schema.get("required", ()) if key != name]
    return schema | {"properties": kept, "required": required}
