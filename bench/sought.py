"""What the verdict is measured with: a watch list, permits, and what stands at a post while they hold."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random

from bench.documents import Document, published
from bench.people import Someone, given_name_first, name_of, plate_of, with_a_slip, with_two_slips, without_marks
from services.checkpoints.permits.desk import PermitDesk
from services.checkpoints.permits.domain import Permit, Purpose, decide_issue
from services.checkpoints.watchlist.commands import WatchFor
from services.checkpoints.watchlist.desk import WatchDesk
from services.checkpoints.watchlist.domain import WatchBy, WatchReason, decide_listing
from shared.clock import now
from shared.codes import code_hash
from shared.ids import derived_id

PERMITS = 20_000
_HOLDS = timedelta(days=14)
_SPREAD = (*[WatchBy.PLATE] * 4, *[WatchBy.CCCD] * 3, *[WatchBy.PHONE] * 2, WatchBy.NAME)
"""Of ten entries: who has nothing but a name is the exception."""
_SEED = 2_026

HITS = ("plate", "number", "name")
"""The passes that must be hits; `near` and `stranger` are hits only where somebody shares a name."""
_PASSES = (*HITS, "near", "near", *["stranger"] * 95)
"""Of a hundred."""


def sought(number: int) -> WatchFor:
    """The n-th entry of the list."""
    by = _SPREAD[number % len(_SPREAD)]
    return WatchFor(by=by, value=_value(by, number), reason=WatchReason.CONTACT_LOST, expires_at=now() + _HOLDS)


def entries(desk: WatchDesk, first: int, until: int, sealed: Mapping[str, bytes]) -> Iterator[Document]:
    """The entries from `first` on as the service keeps them, each with its own keyed hashes.

    `sealed` stands in all of them in the place of the sealed value, which no verdict opens: a key for each would take
    hours for a million.
    """
    for number in range(first, until):
        entry_id = derived_id("bench", f"watchlist:{number}")
        entry = desk.entry(entry_id, sought(number), sealed, source="cdc", approver="cdc", by="cdc")
        yield published(entry_id, decide_listing(entry_id, entry, entry.added_at), entry.added_at)


def permits(desk: PermitDesk, sealed: Mapping[str, bytes]) -> Iterator[Document]:
    """The permits of vehicles that nobody looks for."""
    issued = now()
    for number in range(PERMITS):
        permit_id = _permit_id(number)
        permit = Permit(
            purpose=Purpose.FREIGHT,
            vehicles=(desk.references.vehicle_ref(_permitted_plate(number)).ref,),
            identity=dict(sealed),
            posts=(),
            valid_from=issued,
            valid_until=issued + _HOLDS,
            code_hash=code_hash(desk.code_of(permit_id)),
            issued_by="chi-huy-chot",
            issued_at=issued,
        )
        yield published(permit_id, decide_issue(permit_id, permit), issued)


def passes(count: int, listed: int, desk: PermitDesk, seed: int) -> Iterator[dict[str, object]]:
    """What stands at a post, as its phone tells it; `device` says what is to be found."""
    chance = Random(seed)
    for _ in range(count):
        yield _pass(chance.choice(_PASSES), listed, desk, chance)


def _pass(kind: str, listed: int, desk: PermitDesk, chance: Random) -> dict[str, object]:
    who = Someone.drawn(chance, is_sought=False)
    told: dict[str, object] = {"name": who.name, "cccd": who.cccd, "phone": who.phone}
    vehicle = {"plate": plate_of(chance, odd=1)}
    match kind:
        case "plate":
            vehicle["plate"] = sought(_of_kind(WatchBy.PLATE, listed, chance)).value
        case "number":
            by = chance.choice((WatchBy.CCCD, WatchBy.PHONE))
            told[by.value] = sought(_of_kind(by, listed, chance)).value
        case "name":
            told["name"] = _written(sought(_of_kind(WatchBy.NAME, listed, chance)).value, chance)
        case "near":
            told["name"] = with_two_slips(sought(_of_kind(WatchBy.NAME, listed, chance)).value, chance)
        case _:
            vehicle = _any_vehicle(desk, chance)
    return {**vehicle, "direction": "enter", "people": 1, "travellers": [told], "device": kind, "synthetic": True}


def _any_vehicle(desk: PermitDesk, chance: Random) -> dict[str, str]:
    """Half have a permit, and half of those show its code."""
    if chance.random() < 0.5:
        return {"plate": plate_of(chance, odd=1)}
    number = chance.randrange(PERMITS)
    plate = _permitted_plate(number)
    is_shown = chance.random() < 0.5
    return {"plate": plate} | ({"permit_code": desk.code_of(_permit_id(number))} if is_shown else {})


def _written(name: str, chance: Random) -> str:
    """The name as a tired officer may write it."""
    return chance.choice((without_marks, given_name_first, with_a_slip))(name, chance)


def _of_kind(by: WatchBy, listed: int, chance: Random) -> int:
    """The number of any entry of this kind among so many."""
    place = chance.choice([place for place, each in enumerate(_SPREAD) if each is by])
    return chance.randrange(listed // len(_SPREAD)) * len(_SPREAD) + place


def _value(by: WatchBy, number: int) -> str:
    chance = Random(f"{_SEED}/{number}")
    match by:
        case WatchBy.PLATE:
            return plate_of(chance, odd=0)
        case WatchBy.NAME:
            return name_of(chance)
        case WatchBy.CCCD | WatchBy.PHONE:
            someone = Someone.drawn(chance, is_sought=True)
            return someone.cccd if by is WatchBy.CCCD else someone.phone


def _permitted_plate(number: int) -> str:
    return plate_of(Random(f"{_SEED}/permit/{number}"), odd=1)


def _permit_id(number: int) -> str:
    return derived_id("bench", f"permit:{number}")
