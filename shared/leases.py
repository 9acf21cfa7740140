"""Leases in MongoDB, by the server's clock (`$$NOW`): who may do what only one process should.

A lease stops nobody who is paused and wakes late; whatever is done under it must bear being done twice.
"""

import os
import socket
import time
from dataclasses import dataclass, field

from pymongo.errors import DuplicateKeyError

from shared.mongo import Collection, Database


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases of one service.

    Attributes:
        collection: where they are kept.
        named: who asks, where it is not this process by its own name.
    """

    collection: Collection
    named: str = ""
    _held: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, database: Database, named: str = "") -> "Leases":
        return cls(database["leases"], named)

    @property
    def holder(self) -> str:
        """Unique per process."""
        return self.named or f"{socket.gethostname()}-{os.getpid()}"

    async def hold(self, name: str, seconds: float) -> bool:
        """Take or renew the lease for so many seconds; False while another process holds it.

        A lease that this process renewed a moment ago is not written again: a durable write costs more than a look.
        """
        now = time.monotonic()
        if now - self._held.get(name, -seconds) < seconds / 3:
            return True
        is_held = await self._take(name, seconds)
        if is_held:
            self._held[name] = now
        return is_held

    async def _take(self, name: str, seconds: float) -> bool:
        free = {"$or": [{"$eq": ["$holder", self.holder]}, {"$lt": ["$until", "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        taken = await self.collection.find_one_and_update(
            {"_id": name, "$expr": free}, [{"$set": {"holder": self.holder, "until": until}}]
        )
        return taken is not None or await self._is_first(name, until)

    async def release(self, name: str) -> None:
        """Give the lease back, so that the next process need not wait for its end."""
        self._held.pop(name, None)
        await self.collection.delete_one({"_id": name, "holder": self.holder})

    async def _is_first(self, name: str, until: object) -> bool:
        """Nobody ever held it: whoever inserts the document does, since an upsert may not compare with `$$NOW`."""
        try:
            first = await self.collection.update_one(
                {"_id": name, "holder": {"$exists": False}},
                [{"$set": {"holder": self.holder, "until": until}}],
                upsert=True,
            )
        except DuplicateKeyError:
            return False  # the document is there: another one holds the lease
        return first.upserted_id is not None
