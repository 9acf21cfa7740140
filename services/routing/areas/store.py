"""Routing's copy of the epidemic areas: in memory for every reading, in MongoDB for the next start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.events import Received
from shared.events.checkpoints import AreaChanged
from shared.mongo import already_there
from shared.profile import Profile
from shared.runtime import Runtime


@dataclass(frozen=True, slots=True)
class _Area:
    names: tuple[str, ...]
    since: datetime
    until: datetime | None

    def counts_at(self, when: datetime) -> bool:
        return self.since <= when and (self.until is None or when < self.until)


class Areas:
    """The areas by id. Until checkpoints have said anything, the profile's own list holds."""

    def __init__(self, runtime: Runtime) -> None:
        self._collection = runtime.database["areas"]
        self._called = _names(runtime.profile)
        self._areas = {a.id: _Area(self._called[a.id], a.since, a.until) for a in runtime.profile.areas}

    async def load(self) -> None:
        """Take what was heard before this process started."""
        async for document in self._collection.find({}):
            self._take(document)

    def names_at(self, when: datetime) -> frozenset[str]:
        """Every name of every area that counts at that moment (UTC)."""
        return frozenset(name for area in self._areas.values() if area.counts_at(when) for name in area.names)

    async def note(self, changes: Sequence[Received[AreaChanged]]) -> None:
        """Keep what was said, unless something newer is known."""
        writes = [_write(change) for change in changes]
        try:
            await self._collection.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            already_there(error)  # the view is as new already
        await self.load()

    def _take(self, document: dict[str, Any]) -> None:
        names = self._called.get(document["_id"], (document["name"],))
        self._areas[document["_id"]] = _Area(names, document["since"], document["until"])


def _write(change: Received[AreaChanged]) -> UpdateOne:
    event, sequence = change.event, change.sequence or 0
    state = {"name": event.name, "since": event.effective_from, "until": event.effective_until}
    known = {"_id": event.area_id, "sequence": {"$lt": sequence}}
    return UpdateOne(known, {"$set": state | {"sequence": sequence}}, upsert=True)


def _names(profile: Profile) -> dict[str, tuple[str, ...]]:
    return {area.id: (area.name.vi, area.name.en, *area.called) for area in profile.areas}
