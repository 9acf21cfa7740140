"""How a type says no: one sentence in both languages, telling what to do and never repeating the input."""

from pydantic_core import PydanticCustomError


def invalid(kind: str, vi: str, en: str) -> PydanticCustomError:
    """The error a pydantic validator raises; `shared.http` shows `vi` and `en` beside the field's path.

    Args:
        kind: stable, snake_case; becomes pydantic's error type.
        vi: what to do, in Vietnamese.
        en: the same in English.
    """
    return PydanticCustomError(kind, "{en}", {"vi": vi, "en": en})
