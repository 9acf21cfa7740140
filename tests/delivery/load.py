"""A client as a phone would be: it makes an id first, and sends the same thing again until it hears 2xx."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from shared.ids import new_id

WORDS = (
    "Tôi sốt và ho hai ngày nay",
    "Mẹ tôi khó thở, môi tím",
    "Có người trốn cách ly ở đường Nguyễn Huệ",
    "Tiêm vắc xin ở đâu vậy ạ",
    "Xin hỏi về Huế có phải cách ly không",
)
KINDS = ("suspected_infection", "medical_support", "violation", "question", "question")


@dataclass
class Load:
    """Sends records to one address, each until it is acknowledged."""

    url: Callable[[], str]
    seed: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[random.Random], dict[str, Any]] | None = None
    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, Any] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)

    async def run(self, records: int, per_second: float) -> None:
        """Send so many records at that pace; returns when all are acknowledged."""
        generator = random.Random(self.seed)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            waiting = []
            for _ in range(records):
                waiting.append(asyncio.create_task(self._send(session, self._body(generator))))
                await asyncio.sleep(1 / per_second)
            await asyncio.gather(*waiting)

    def _body(self, generator: random.Random) -> dict[str, Any]:
        if self.body is not None:
            return self.body(generator)
        place = generator.randrange(len(WORDS))
        return {"kind": KINDS[place], "words": WORDS[place], "synthetic": True}

    async def _send(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> None:
        record_id = new_id()
        self.sent.add(record_id)
        headers = {**self.headers, "Idempotency-Key": record_id}
        while True:
            try:
                async with session.post(self.url(), json=body, headers=headers) as answer:
                    if answer.status < 300:
                        self.acknowledged[record_id] = await answer.json()
                        return
                    if answer.status not in (429, 500, 502, 503, 504):
                        self.refused.append((answer.status, (await answer.text())[:300]))
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass  # nobody knows whether it arrived: the same id again
            await asyncio.sleep(0.2)
