"""From what was told of a pass to what is judged and kept: numbers become references, the rest is sealed."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from services.checkpoints.passes.commands import ObservedPass, Traveller
from services.checkpoints.passes.judging import Code, Origin, Seen
from services.checkpoints.posts.plates import vehicle_refs
from services.checkpoints.watchlist.matching import Marks, Matching
from shared.codes import code_hash, read_hand_code
from shared.errors import Unprocessable
from shared.identity.references import Reference, References

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""No pass of this system is older; a device that says so has lost its clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A pass, ready to be judged. `code_hash` finds the permit that was shown."""

    seen: Seen
    marks: Marks
    persons: tuple[tuple[str, str], ...]
    code_hash: str | None
    identity: str


def observe(
    command: ObservedPass, post: str, observed_at: datetime, references: References, matching: Matching
) -> Observation:
    """What was told, with references in the place of numbers."""
    vehicles = tuple(each.ref for each in vehicle_refs(references, command.plate, command.trailer))
    persons = tuple(dict.fromkeys(ref for each in command.travellers for ref in _refs(each, references)))
    named = matching.marks_of_names(tuple(each.name for each in command.travellers if each.name))
    shown, found = _read_code(command.permit_code)
    return Observation(
        seen=Seen(
            post=post,
            direction=command.direction,
            vehicles=vehicles,
            on_foot=not (command.plate or command.trailer),
            code=shown,
            origins=_origins(command),
            temperature=_highest(command),
            observed_at=observed_at,
        ),
        marks=Marks(refs=(*vehicles, *(each.ref for each in persons)), names=named.names, name_keys=named.name_keys),
        persons=tuple((each.by, each.ref) for each in persons),
        code_hash=found,
        identity=_identity(command),
    )


def _read_code(text: str | None) -> tuple[Code, str | None]:
    """A code that cannot be read is a finding about the permit, not an error of the request."""
    if text is None:
        return Code.NONE, None
    try:
        return Code.READ, code_hash(read_hand_code(text))
    except Unprocessable:
        return Code.MISTYPED, None


def _refs(traveller: Traveller, references: References) -> tuple[Reference, ...]:
    return references.person_refs(phone=traveller.phone, cccd=traveller.cccd)


def _origins(command: ObservedPass) -> tuple[Origin, ...]:
    return tuple(
        Origin(text=each.coming_from, left_on=each.left_on) for each in command.travellers if each.coming_from
    )


def _highest(command: ObservedPass) -> float | None:
    measured = [command.temperature, *(each.temperature for each in command.travellers)]
    return max((each for each in measured if each is not None), default=None)


def _identity(command: ObservedPass) -> str:
    """Whatever identifies the vehicle or its people, as one text: sealed with one encryption. Empty for nothing."""
    told = command.model_dump(
        mode="json", include={"plate", "trailer", "permit_code", "travellers"}, exclude_none=True
    )
    return orjson.dumps(told).decode() if any(told.values()) else ""
