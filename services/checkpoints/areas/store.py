"""Epidemic areas in MongoDB. The only file here that knows documents."""

from datetime import datetime, timedelta

from pymongo import ASCENDING

from services.checkpoints.areas.domain import Area
from shared.pending import Versioned
from shared.runtime import Runtime

_FRESH = timedelta(seconds=1)
"""How long another replica's change may take to be heeded here; areas change a few times a week."""
_MOST = 1_000


class MongoAreas:
    """The areas of this province: few, so that the judging of passes keeps them in memory for a second."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("areas", Area)
        self._clock = runtime.clock
        self._known: tuple[Area, ...] = ()
        self._read_at: datetime | None = None

    async def prepare(self) -> None:
        await self.aggregates.prepare()

    async def all(self) -> list[Versioned[Area]]:
        """Every area, by id; ended ones too."""
        documents = await self.aggregates.collection.find({}).sort("_id", ASCENDING).limit(_MOST).to_list(_MOST)
        return [self.aggregates.read(document) for document in documents]

    async def known(self) -> tuple[Area, ...]:
        """Every area, at most a second old."""
        now = self._clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < _FRESH:
            self._known = tuple(area.state for area in await self.all())
            self._read_at = now
        return self._known

    def forget(self) -> None:
        """Read anew at the next question; after a change made here."""
        self._read_at = None
