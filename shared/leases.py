"""Leases in MongoDB, by the server's clock (`$$NOW`): who may do what only one process should.

A lease stops nobody who is paused and wakes late; whatever is done under it must bear being done twice.
"""

from dataclasses import dataclass

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.mongo import Collection, Database


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases of one service.

    Attributes:
        collection: where they are kept.
        holder: who asks; unique per process.
    """

    collection: Collection
    holder: str

    @classmethod
    def of(cls, database: Database, holder: str) -> "Leases":
        return cls(database["leases"], holder)

    async def hold(self, name: str, seconds: float) -> bool:
        """Take or renew the lease for so many seconds; False while another process holds it."""
        free = {"$or": [{"$eq": ["$holder", self.holder]}, {"$lt": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}]}
        until = {"$add": ["$$NOW", int(seconds * 1000)]}
        try:
            held = await self.collection.find_one_and_update(
                {"_id": name, "$expr": free},
                [{"$set": {"holder": self.holder, "until": until}}],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return False  # the document is there and not free: another one holds it
        return bool(held and held["holder"] == self.holder)

    async def release(self, name: str) -> None:
        """Give the lease back, so that the next process need not wait for its end."""
        await self.collection.delete_one({"_id": name, "holder": self.holder})
