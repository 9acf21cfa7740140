"""Open pages hear what changes, once for everybody who looks at the same thing."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

from services.routing.cases.live import LiveCases
from shared.web.broadcast import Listener
from tests.eventually import PATIENCE


@dataclass
class Changes:
    """What the store would say; an empty set says that a moment passed."""

    queue: asyncio.Queue[frozenset[str]] = field(default_factory=asyncio.Queue)
    opened: int = 0

    async def __call__(self) -> AsyncIterator[frozenset[str]]:
        self.opened += 1
        while True:
            yield await self.queue.get()


@dataclass(frozen=True)
class Board:
    """An audience that counts how often it was rendered."""

    name: str
    rendered: list[str] = field(default_factory=list, compare=False)
    fails: bool = False

    async def whole(self) -> str:
        return "<p id=whole></p>"

    async def news(self, ids: Collection[str]) -> str:
        if self.fails:
            raise OSError("the store is away")
        self.rendered.append(self.name)
        return f"<p id=news>{' '.join(sorted(ids))}</p>"

    async def again(self) -> str:
        return "<p id=again></p>"


async def heard(listener: Listener) -> str:
    async with asyncio.timeout(PATIENCE):
        return (await anext(listener)).decode()


async def test_a_page_hears_the_present_state_and_then_what_is_new() -> None:
    changes = Changes()
    listener = await LiveCases(changes, every=1_000).listen(Board("a"))
    assert "whole" in await heard(listener)
    changes.queue.put_nowait(frozenset({"case-1"}))
    assert "case-1" in await heard(listener)


async def test_equal_audiences_are_rendered_once() -> None:
    changes, board = Changes(), Board("a")
    live = LiveCases(changes, every=1_000)
    listeners = [await live.listen(board), await live.listen(Board("a"))]
    for listener in listeners:
        await heard(listener)
    changes.queue.put_nowait(frozenset({"case-1"}))
    for listener in listeners:
        assert "case-1" in await heard(listener)
    assert board.rendered == ["a"]
    assert changes.opened == 1


async def test_time_alone_is_told_now_and_then() -> None:
    changes = Changes()
    listener = await LiveCases(changes, every=0).listen(Board("a"))
    await heard(listener)
    changes.queue.put_nowait(frozenset())
    assert "again" in await heard(listener)


async def test_a_failing_audience_leaves_the_others_alone() -> None:
    changes = Changes()
    live = LiveCases(changes, every=1_000)
    broken, sound = await live.listen(Board("b", fails=True)), await live.listen(Board("a"))
    await heard(broken)
    await heard(sound)
    changes.queue.put_nowait(frozenset({"case-1"}))
    assert "case-1" in await heard(sound)


async def test_nobody_watches_when_nobody_looks() -> None:
    changes = Changes()
    live = LiveCases(changes, every=1_000)
    listener = await live.listen(Board("a"))
    await listener.aclose()
    changes.queue.put_nowait(frozenset())
    assert live._watching is not None
    await asyncio.wait_for(live._watching, PATIENCE)
    again = await live.listen(Board("a"))
    await heard(again)
    changes.queue.put_nowait(frozenset({"case-2"}))
    assert "case-2" in await heard(again)
    assert changes.opened == 2
