"""Topic-partitions that a group has halted because too much of them was dead; kept across restarts."""

import time

from shared.clock import now
from shared.mongo import Database

_FRESH_SECONDS = 1.0


class Halts:
    """The halted places of one service, read at most once a second."""

    def __init__(self, database: Database) -> None:
        self._collection = database["halts"]
        self._read_at = 0.0
        self._places: dict[str, set[tuple[str, int]]] = {}

    async def places(self, group: str) -> set[tuple[str, int]]:
        """The (topic, partition) pairs that this group does not consume for now."""
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._places = await self._read()
            self._read_at = time.monotonic()
        return self._places.get(group, set())

    async def impose(self, group: str, topic: str, partition: int, reason: str) -> None:
        await self._collection.update_one(
            {"_id": f"{group}/{topic}/{partition}"},
            {
                "$setOnInsert": {
                    "group": group,
                    "topic": topic,
                    "partition": partition,
                    "reason": reason,
                    "since": now(),
                }
            },
            upsert=True,
        )
        self._read_at = 0.0

    async def lift(self, group: str, topic: str, partition: int) -> None:
        await self._collection.delete_one({"_id": f"{group}/{topic}/{partition}"})
        self._read_at = 0.0

    async def _read(self) -> dict[str, set[tuple[str, int]]]:
        found: dict[str, set[tuple[str, int]]] = {}
        async for halt in self._collection.find({}):
            found.setdefault(halt["group"], set()).add((halt["topic"], halt["partition"]))
        return found
