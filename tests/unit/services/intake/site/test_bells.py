import asyncio
from collections.abc import AsyncIterator

import pytest

from services.intake.site import bells as site_bells
from services.intake.site.bells import Bells, rung
from services.intake.site.store import Changed
from shared.errors import Unavailable


def following(*changes: Changed | None) -> Bells:
    async def follow() -> AsyncIterator[Changed | None]:
        for change in changes:
            yield change

    return Bells(follow)


async def test_a_change_rings_for_its_document_and_its_collection_and_nobody_else() -> None:
    bells = following(Changed("calls", "c-1"))
    with bells.listen("c-1") as one, bells.listen("calls") as all_calls, bells.listen("c-2") as other:
        await bells.run()
        assert (one.is_set(), all_calls.is_set(), other.is_set()) == (True, True, False)


async def test_after_a_gap_everybody_looks_again() -> None:
    bells = following(None)
    with bells.listen("c-1") as one, bells.listen("r-1") as other:
        await bells.run()
        assert one.is_set()
        assert other.is_set()


async def test_whoever_leaves_is_forgotten() -> None:
    bells = following()
    with bells.listen("c-1"), bells.listen("c-1"):
        assert len(bells) == 2
    assert len(bells) == 0
    bells.ring("c-1")


async def test_a_full_house_takes_no_further_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_bells, "MOST_LISTENERS", 1)
    bells = following()
    bells.require_room()
    with bells.listen("c-1"), pytest.raises(Unavailable):
        bells.require_room()


async def test_waiting_ends_with_the_bell_or_with_patience() -> None:
    bell = asyncio.Event()
    assert not await rung(bell, within=0.001)
    assert not await rung(bell, within=-1)
    bell.set()
    assert await rung(bell, within=1)
