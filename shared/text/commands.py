"""The root of every HTTP body."""

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

_COERCING = frozenset({"int", "float", "bool", "str"})
_OPAQUE = frozenset({"default", "metadata", "serialization", "ref"})


def _forbid_coercion(schema: Any) -> None:
    """Make each int, float, bool and str in a schema strict, in place.

    The model's own `strict=True` would be simpler, but it also refuses dates, enums and UUIDs written as strings,
    which is the only way JSON can write them.
    """
    if isinstance(schema, dict):
        if schema.get("type") in _COERCING:
            schema.setdefault("strict", True)
        for key, part in schema.items():
            if key not in _OPAQUE:
                _forbid_coercion(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _forbid_coercion(part)


class Command(BaseModel):
    """What a client asks for: frozen, no unknown fields, no coercion (`"7"` is no number, `1` no yes).

    Fields use the types of `shared.text`; a free-form dictionary has no place in one.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,  # an error that is logged or shown must not carry what people wrote
        revalidate_instances="never",
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _forbid_coercion(schema)
        return schema
