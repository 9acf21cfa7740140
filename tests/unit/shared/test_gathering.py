"""Who waits for what while MongoDB takes its time; what it does to real documents is tested on a real one."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from bson.codec_options import CodecOptions
from pymongo.errors import AutoReconnect, OperationFailure

from shared.gathering import Gathering
from shared.mongo import Collection


class SlowCollection:
    """Takes every write and answers the n-th with the n-th outcome, when told to."""

    codec_options: CodecOptions[dict[str, Any]] = CodecOptions()

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.writes: list[list[str]] = []
        self.answers = asyncio.Semaphore(0)

    async def insert_many(self, documents: Sequence[Any], *, ordered: bool) -> None:
        assert not ordered
        self.writes.append([each["_id"] for each in documents])
        await self.answers.acquire()
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome


async def begin(gathering: Gathering, *ids: str) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(gathering.insert({"_id": each})) for each in ids]
    for _ in range(3):  # until each has said what it wants and the writer has begun
        await asyncio.sleep(0)
    return tasks


def gathering_into(collection: SlowCollection) -> Gathering:
    return Gathering(cast(Collection, collection))


async def test_what_comes_while_one_batch_is_written_goes_together_next() -> None:
    collection = SlowCollection(None, None)
    gathering = gathering_into(collection)
    first = await begin(gathering, "a")
    later = await begin(gathering, "b", "c", "d")
    collection.answers.release()
    await asyncio.gather(*first)
    collection.answers.release()
    await asyncio.gather(*later)
    assert collection.writes == [["a"], ["b", "c", "d"]]


async def test_nobody_hears_of_success_before_his_own_batch_is_written() -> None:
    collection = SlowCollection(None, None)
    gathering = gathering_into(collection)
    [first] = await begin(gathering, "a")
    [later] = await begin(gathering, "b")
    assert not first.done()
    collection.answers.release()
    await first
    assert not later.done()
    collection.answers.release()
    await later


async def test_who_waits_behind_a_write_without_an_answer_is_refused_with_it_and_writes_nothing() -> None:
    collection = SlowCollection(AutoReconnect("gone"), None)
    gathering = gathering_into(collection)
    tasks = [*await begin(gathering, "a"), *await begin(gathering, "b", "c")]
    collection.answers.release()
    refused = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in refused] == [AutoReconnect] * 3
    [after] = await begin(gathering, "b")
    collection.answers.release()
    await after
    assert collection.writes == [["a"], ["b"]]


async def test_another_trouble_of_one_batch_is_none_of_the_next() -> None:
    collection = SlowCollection(OperationFailure("not authorized", 13), None)
    gathering = gathering_into(collection)
    first, later = await begin(gathering, "a"), await begin(gathering, "b")
    collection.answers.release()
    collection.answers.release()
    assert [type(each) for each in await asyncio.gather(*first, return_exceptions=True)] == [OperationFailure]
    await asyncio.gather(*later)


async def test_a_caller_that_goes_away_holds_up_nobody() -> None:
    collection = SlowCollection(None, None)
    gathering = gathering_into(collection)
    first = await begin(gathering, "a", "b")
    later = await begin(gathering, "c", "d")
    first[0].cancel()
    later[0].cancel()
    collection.answers.release()
    collection.answers.release()
    await asyncio.gather(first[1], later[1])
    assert [each.cancelled() for each in (first[0], later[0])] == [True, True]


async def test_a_write_is_no_larger_than_mongodb_takes_in_time() -> None:
    collection = SlowCollection(None, None, None)
    gathering = gathering_into(collection)
    tasks = await begin(gathering, *(str(number) for number in range(450)))
    for _ in range(3):
        collection.answers.release()
    await asyncio.gather(*tasks)
    assert [len(write) for write in collection.writes] == [200, 200, 50]


async def test_what_cannot_be_encoded_is_refused_alone() -> None:
    collection = SlowCollection(None)
    gathering = gathering_into(collection)
    [good] = await begin(gathering, "a")
    with pytest.raises(OverflowError):
        await gathering.insert({"_id": "b", "number": 2**70})
    collection.answers.release()
    await good
    assert collection.writes == [["a"]]
