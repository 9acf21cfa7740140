"""Plates that can be looked for: those with at least one Latin letter or digit, which a reference is made of."""

from typing import Annotated

from pydantic import AfterValidator

from shared.identity.references import Reference, References, normal_plate
from shared.text import Plate, invalid


def require_latin(plate: str) -> str:
    """The plate itself; raises a pydantic error where nothing in it could be looked for."""
    if not normal_plate(plate):
        raise invalid(
            "plate",
            "Biển số cần có chữ cái la-tinh hoặc chữ số, ví dụ 75A-123.45.",
            "A plate needs a Latin letter or a digit, for example 75A-123.45.",
        )
    return plate


LatinPlate = Annotated[Plate, AfterValidator(require_latin)]


def vehicle_refs(references: References, *plates: str | None) -> tuple[Reference, ...]:
    """The references of plates; one in another script has none, and its vehicle is judged without."""
    return tuple(references.vehicle_ref(plate) for plate in plates if plate and normal_plate(plate))
