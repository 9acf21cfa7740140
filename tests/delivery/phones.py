"""A phone that uploads what waited on it in batches, loses its connection now and then, and sends those again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from tests.eventually import eventually

_A_BATCH = 200
_CUTS = 0.3
"""How often the connection is lost before the answer was heard."""
_CUT_WITHIN = 0.1
_PATIENCE = 180.0


@dataclass(slots=True)
class Phone:
    """One device.

    Attributes:
        answers: the first answer to each item, by its id.
        unlike: ids that were answered otherwise later, or refused.
        cuts: how many uploads were cut off.
    """

    session: aiohttp.ClientSession
    url: str
    headers: Mapping[str, str]
    chance: Random
    answers: dict[str, Any] = field(default_factory=dict)
    unlike: list[str] = field(default_factory=list)
    cuts: int = 0

    async def send_all(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Upload everything once, in an order of its own, each batch again until it is answered."""
        shuffled = self.chance.sample(items, len(items))
        for begin in range(0, len(shuffled), _A_BATCH):
            await self._send(shuffled[begin : begin + _A_BATCH])

    async def _send(self, items: Sequence[Mapping[str, Any]]) -> None:
        for result in await eventually(lambda: self._answered(items), within=_PATIENCE):
            recorded = result["recorded"]
            if recorded is None or self.answers.setdefault(result["id"], recorded) != recorded:
                self.unlike.append(f"{result['id']}: {result['status']}")

    async def _answered(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
        is_cut = self.chance.random() < _CUTS
        self.cuts += is_cut
        try:
            async with asyncio.timeout(self.chance.uniform(0.0, _CUT_WITHIN) if is_cut else None):
                async with self.session.post(self.url, json={"items": items}, headers=self.headers) as answer:
                    told: dict[str, Any] = await answer.json()
                    return told["results"] if answer.ok else None
        except (aiohttp.ClientError, TimeoutError):
            return None
