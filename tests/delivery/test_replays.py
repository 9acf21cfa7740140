"""Every topic read again from the start by every group: the same state, and nobody hears anything twice."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from pymongo import AsyncMongoClient

from shared.settings import Settings
from tests.delivery.conftest import Victim
from tests.delivery.evidence import FIELDS, read_topics
from tests.delivery.rewinding import rewind_all

RecordProperty = Callable[[str, object], None]
pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]

REPLAYS = 2
_OF_THE_MECHANISM = frozenset({"pending", "pending_since", "fact"})


async def test_every_topic_again_from_the_start_changes_nothing_and_sends_nothing(
    victim: Victim, record_property: RecordProperty
) -> None:
    await victim.use(30)
    await victim.is_well()
    settings, receivers = victim.system.settings, victim.system.people.receivers
    state, said, arrivals = await state_of(settings), await events_of(settings), receivers.arrivals
    for _ in range(REPLAYS):
        async with victim.system.tormentor.standing_still():
            await rewind_all(settings)
        await victim.is_well()
        assert await state_of(settings) == state
        assert await events_of(settings) == said
        assert receivers.arrivals == arrivals
    record_property("events read again, times", (len(said), REPLAYS))


async def state_of(settings: Settings) -> Mapping[str, str]:
    """A digest of each document of every store, by service, collection and id."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(settings.mongo_url.get_secret_value())
    async with client:
        return {
            f"{service}.{collection}.{document['_id']}": _digest(document)
            for service, collection in FIELDS
            async for document in client[f"{settings.database_prefix}_{service}"][collection].find()
        }


async def events_of(settings: Settings) -> Mapping[str, bytes]:
    """What each event says; a repeat under its own id is no new one."""
    return {f"{each.topic}/{each.id}": each.value for each in await read_topics(settings)}


def _digest(document: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in sorted(document.items()) if name not in _OF_THE_MECHANISM}
    return hashlib.sha256(msgspec.json.encode(kept, enc_hook=str)).hexdigest()
