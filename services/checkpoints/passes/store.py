"""Passes in MongoDB. The only file here that knows documents."""

import base64
import secrets
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.checkpoints.passes.domain import Pass
from shared.clock import HANOI
from shared.errors import NotFound, Text
from shared.mongo import Document
from shared.pending import Versioned
from shared.runtime import Runtime
from shared.security import Sealer

_KEYS_KEPT = 1_000
_ERASED = Text(vi="Thông tin định danh này đã được xóa.", en="This identity has been erased.")


class PassSeals:
    """Seals who was in a vehicle, with one key for each post and day.

    A key per pass, as other records have, would cost a second durable write and a third of the processor's time of a
    verdict (measured). The day's key is itself sealed in the vault: erasing it there erases that day of that post in
    every copy; a single pass is erased by removing its sealed field.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._keys = runtime.database["pass_keys"]
        self._vault = runtime.vault
        self._known: dict[str, Sealer] = {}

    async def seal(self, pass_id: str, post: str, at: datetime, told: str) -> bytes:
        """The sealed bytes of what was told at a post at that moment."""
        name = key_name(post, at)
        sealer = self._known.get(name)
        if sealer is None:
            sealer = await self._key(name) or await self._new_key(name)
            if len(self._known) >= _KEYS_KEPT:
                self._known.clear()
            self._known[name] = sealer
        return sealer.seal(told.encode(), pass_id.encode())

    async def open(self, pass_id: str, post: str, at: datetime, sealed: bytes) -> str:
        """What was sealed; the vault is asked each time, so that an erased day is gone at once.

        Raises:
            NotFound: `identity-erased`.
        """
        sealer = await self._key(key_name(post, at))
        if sealer is None:
            raise NotFound("identity-erased", _ERASED)
        return sealer.open(sealed, pass_id.encode()).decode()

    async def _key(self, name: str) -> Sealer | None:
        found = await self._keys.find_one({"_id": name})
        if found is None:
            return None
        opened = await self._vault.open(name, found["identity"])
        return Sealer(base64.b64decode(opened["key"]))

    async def _new_key(self, name: str) -> Sealer:
        """A new key; where another process was faster, theirs."""
        sealed = await self._vault.seal(name, {"key": base64.b64encode(secrets.token_bytes(32)).decode()})
        fresh = {"_id": name, "identity": {field: bytes(value) for field, value in sealed.items()}}
        await self._keys.update_one({"_id": name}, {"$setOnInsert": fresh}, upsert=True)
        kept = await self._key(name)
        if kept is None:
            raise NotFound("identity-erased", _ERASED)
        return kept


def key_name(post: str, at: datetime) -> str:
    """The name of the key of a post and a day in Huế."""
    return f"passes/{post}/{at.astimezone(HANOI).date().isoformat()}"


class MongoPasses:
    """The passes of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("passes", Pass)

    async def prepare(self) -> None:
        await self.aggregates.prepare(
            [
                IndexModel([("state.recorded_at", DESCENDING), ("_id", DESCENDING)]),
                IndexModel([("state.post", ASCENDING), ("state.recorded_at", DESCENDING), ("_id", DESCENDING)]),
            ]
        )

    async def newest(
        self, *, limit: int, before: tuple[datetime, str] | None = None, post: str | None = None
    ) -> list[Versioned[Pass]]:
        """The passes heard of last; `before` (recorded at, id) goes on where a page ended."""
        query: Document = {} if post is None else {"state.post": {"$eq": post}}
        if before is not None:
            at, pass_id = before
            query["$or"] = [{"state.recorded_at": {"$lt": at}}, {"state.recorded_at": at, "_id": {"$lt": pass_id}}]
        order = [("state.recorded_at", DESCENDING), ("_id", DESCENDING)]
        documents = await self.aggregates.collection.find(query).sort(order).limit(limit).to_list(limit)
        return [self.aggregates.read(document) for document in documents]
