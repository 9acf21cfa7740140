import pytest

from services.checkpoints.flags.domain import (
    AGENCIES,
    KIND_TEXTS,
    Flag,
    decide_acknowledgement,
    decide_raising,
    flag_id_of,
)
from shared.errors import NotFound
from shared.events.checkpoints import FlagKind, FlagRaised, PassRecorded
from tests.unit.services.checkpoints.builders import NOON


def a_flag(kind: FlagKind = FlagKind.WATCHLIST_HIT) -> Flag:
    seen = PassRecorded.model_validate(PassRecorded.contract.example)
    return decide_raising(seen, kind, NOON).state


@pytest.mark.parametrize(
    ("kind", "agencies"),
    [
        (FlagKind.WATCHLIST_HIT, ("police", "cdc")),
        (FlagKind.EPIDEMIC_AREA, ("cdc",)),
        (FlagKind.BAD_PERMIT, ("police", "checkpoint")),
    ],
)
def test_a_flag_tells_those_concerned_in_the_order_of_who_acts_first(
    kind: FlagKind, agencies: tuple[str, ...]
) -> None:
    seen = PassRecorded.model_validate(PassRecorded.contract.example)
    (event,) = decide_raising(seen, kind, NOON).events
    assert isinstance(event, FlagRaised)
    assert (event.agencies, event.pass_id, event.raised_at) == (agencies, seen.pass_id, NOON)
    assert event.flag_id == flag_id_of(seen.pass_id, kind)


def test_each_agency_acknowledges_for_itself_and_once() -> None:
    flag = decide_acknowledgement(a_flag(), "cdc", "cdc-officer", NOON).state
    assert flag.waiting == ("police",)
    again = decide_acknowledgement(flag, "cdc", "another", NOON).state
    assert again == flag
    assert [each.by for each in flag.acknowledgements] == ["cdc-officer"]


def test_another_agency_s_flag_is_an_unknown_one() -> None:
    with pytest.raises(NotFound):
        decide_acknowledgement(a_flag(), "education", "giao-duc", NOON)


def test_every_kind_has_agencies_and_words() -> None:
    assert set(AGENCIES) == set(KIND_TEXTS) == set(FlagKind)
