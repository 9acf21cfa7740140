"""On a compacted topic the newest event of a key has the last word, whatever a paused process sends late."""

import pytest

from shared.clock import now
from shared.events import Cause, pend, record_of
from shared.events.checkpoints import AreaChanged
from shared.last_words import COLLECTION, keep_last_words
from shared.messaging import Reaction
from shared.publishing import Record
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import Backbone, header

pytestmark = pytest.mark.kafka

AREAS = "checkpoints.areas.v1"
GROUP = "checkpoints.areas"


def changed(area_id: str, sequence: int) -> Record:
    event = AreaChanged.model_validate(AreaChanged.contract.example | {"area_id": area_id})
    cause = Cause.of_command(f"{area_id}-{sequence}")
    key, value, headers = record_of(
        pend(event, source="/checkpoints/areas", sequence=sequence, at=now(), cause=cause)
    )
    return Record(AREAS, key, value, headers)


def keeping(backbone: Backbone) -> Reaction:
    (reaction,) = [
        each for each in keep_last_words("checkpoints", backbone.database[COLLECTION]) if each.group == GROUP
    ]
    return reaction


async def run(backbone: Backbone) -> None:
    await backbone.prepare(AREAS)
    backbone.start(backbone.consumers(backbone.loop(keeping(backbone), group=GROUP), topics=(AREAS,)).run())


async def sequences(backbone: Backbone, area_id: str) -> list[int]:
    return [int(header(r, "ce_sequence")) for r in await backbone.read(AREAS) if r.key == area_id.encode()]


async def consumed(backbone: Backbone, at_least: int) -> bool:
    return await backbone.committed(AREAS, GROUP) >= at_least


async def test_a_late_event_is_followed_by_the_newest_again_under_its_own_id(backbone: Backbone) -> None:
    await run(backbone)
    await backbone.send(changed("da-nang", 1), changed("da-nang", 2), changed("ha-noi", 1))
    assert await eventually(lambda: consumed(backbone, 3))

    await backbone.send(changed("da-nang", 1))
    assert await eventually(lambda: consumed(backbone, 5))
    assert await sequences(backbone, "da-nang") == [1, 2, 1, 2]
    assert await sequences(backbone, "ha-noi") == [1]
    said = [header(r, "ce_id") for r in await backbone.read(AREAS) if header(r, "ce_sequence").endswith("2")]
    assert len(set(said)) == 1


async def test_a_late_event_and_what_it_overtook_in_one_batch_end_with_the_newest(backbone: Backbone) -> None:
    await backbone.prepare(AREAS)
    await backbone.send(changed("da-nang", 3), changed("da-nang", 2), changed("ha-noi", 2), changed("ha-noi", 1))
    await backbone.send(changed("ha-noi", 3))
    await run(backbone)
    assert await eventually(lambda: consumed(backbone, 6))
    assert await sequences(backbone, "da-nang") == [3, 2, 3]
    assert await sequences(backbone, "ha-noi") == [2, 1, 3]  # the newest came by itself


async def test_the_whole_topic_heard_again_says_nothing_new(backbone: Backbone) -> None:
    await run(backbone)
    await backbone.send(*(changed("da-nang", number) for number in (1, 2, 3)))
    assert await eventually(lambda: consumed(backbone, 3))

    again = f"{GROUP}.again"
    backbone.start(backbone.consumers(backbone.loop(keeping(backbone), group=again), topics=(AREAS,)).run())

    async def is_heard_again() -> bool:
        return await backbone.committed(AREAS, again) == 3

    assert await eventually(is_heard_again)
    assert await sequences(backbone, "da-nang") == [1, 2, 3]
