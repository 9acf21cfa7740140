"""What goes wrong when the listener leaves does not hide why it had to."""

import asyncio
from typing import Any, cast

import pytest

from deploy.demo.listener import Listener


class Consumer:
    """aiokafka's, while its broker is away: a fetch that waits for its next try is cancelled, and so is `stop`."""

    async def stop(self) -> None:
        waiting = asyncio.create_task(asyncio.sleep(600))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting


async def test_it_leaves_a_broker_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener("kafka:9092", ["cdc"])
    monkeypatch.setattr(listener, "_consumer", cast("Any", Consumer()))
    await listener.__aexit__(None, None, None)


async def test_whoever_leaves_may_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener("kafka:9092", ["cdc"])
    monkeypatch.setattr(listener, "_consumer", cast("Any", Consumer()))
    leaving = asyncio.create_task(listener.__aexit__(None, None, None))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
