"""Replaying dead letters: a command document that the process running the group takes up.

The replay goes to the letter's own group and to nobody else, through the same handlers; a letter that still cannot be
consumed stays, with its newest reason.
"""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from pymongo import ReturnDocument

from shared.clock import Clock, now
from shared.consumer_loop import TRANSIENT
from shared.consumers import Consumers
from shared.dead_letters import DeadLetters, Selection
from shared.errors import InvalidMessage
from shared.ids import new_id
from shared.mongo import AWAY, Database, Document

log = structlog.get_logger(__name__)

_TRANSIENT = "transient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One replay as an operator asked for it, and how it went."""

    id: str
    status: str
    replayed: int
    failed: int
    requested_by: str
    requested_at: datetime


class Replays:
    """The replays of one service.

    Args:
        database: the service's own.
        dead_letters: where the letters are.
        consumers: the loops that they go to.
    """

    def __init__(
        self, database: Database, dead_letters: DeadLetters, consumers: Consumers, clock: Clock = now
    ) -> None:
        self._collection = database["replays"]
        self._dead_letters = dead_letters
        self._consumers = consumers
        self._clock = clock

    async def request(self, selection: Selection, account: str) -> Replay:
        """Ask for a replay; it begins within a second or two."""
        document: Document = {
            "_id": new_id(),
            "selection": asdict(selection),
            "status": "requested",
            "replayed": 0,
            "failed": 0,
            "requested_by": account,
            "requested_at": self._clock(),
        }
        await self._collection.insert_one(document)
        return _replay(document)

    async def find(self, replay_id: str) -> Replay | None:
        """How a replay goes."""
        document = await self._collection.find_one({"_id": replay_id})
        return _replay(document) if document else None

    async def run(self) -> None:
        """Take up what was asked for, until cancelled."""
        while True:
            try:
                await self._take_up()
            except AWAY as error:
                log.warning("replays_wait", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _take_up(self) -> None:
        # A process that died in the middle leaves "running": taken up again after a minute, which harms nothing.
        stale = {"$lt": ["$started_at", {"$subtract": ["$$NOW", 60_000]}]}
        wanted = {"$or": [{"status": "requested"}, {"status": "running", "$expr": stale}]}
        found = await self._collection.find_one_and_update(
            wanted,
            [{"$set": {"status": "running", "started_at": "$$NOW"}}],
            return_document=ReturnDocument.AFTER,
        )
        if found is not None:
            await self._carry_out(found)

    async def _carry_out(self, document: Document) -> None:
        counts = {"replayed": 0, "failed": 0}
        for letter in await self._dead_letters.find(Selection(**document["selection"]), limit=100_000):
            reason = await self._again(letter.id, letter.place.group)
            newest = reason if reason != _TRANSIENT else None
            await self._dead_letters.mark(letter.id, "waiting" if reason else "replayed", newest or "")
            counts["failed" if reason else "replayed"] += 1
        done: dict[str, Any] = {"status": "done", "finished_at": self._clock()}
        await self._collection.update_one({"_id": document["_id"]}, {"$set": done | counts})
        log.info("replay_done", replay=document["_id"], **counts)

    async def _again(self, letter_id: str, group: str) -> str | None:
        """Consume one letter; returns the reason if it still cannot be."""
        loop = self._consumers.loops.get(group)
        if loop is None:
            return "no-such-group"
        try:
            await loop.handle_one(await self._dead_letters.open(letter_id))
        except InvalidMessage as error:
            return error.reason
        except TRANSIENT:
            return _TRANSIENT
        except Exception as error:
            log.exception("replay_failed", letter=letter_id, group=group)
            return f"bug:{type(error).__name__}"
        return None


def _replay(document: Document) -> Replay:
    return Replay(
        id=document["_id"],
        status=document["status"],
        replayed=document["replayed"],
        failed=document["failed"],
        requested_by=document["requested_by"],
        requested_at=document["requested_at"],
    )
