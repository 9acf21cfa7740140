"""Inserts that go to MongoDB together: each caller hears what became of its own document, and of no other."""

import asyncio
from collections.abc import Sequence

import pytest
from pymongo import WriteConcern, timeout
from pymongo.errors import DuplicateKeyError, PyMongoError, WriteError

from shared.gathering import Gathering
from shared.mongo import Collection, is_away
from tests.integration.shared.mechanism.backbone import Backbone

pytestmark = pytest.mark.kafka


@pytest.fixture
def collection(backbone: Backbone) -> Collection:
    return backbone.database["gathered"]


async def outcomes_of(gathering: Gathering, numbers: Sequence[int]) -> list[BaseException | None]:
    inserts = (gathering.insert({"_id": f"d{number}", "number": number}) for number in numbers)
    return await asyncio.gather(*inserts, return_exceptions=True)


async def ids_in(collection: Collection) -> set[str]:
    return set(await collection.distinct("_id"))


async def test_a_hundred_inserts_at_once_are_a_few_writes(backbone: Backbone, collection: Collection) -> None:
    await backbone.database.command("profile", 2)
    assert await outcomes_of(Gathering(collection), range(100)) == [None] * 100
    await backbone.database.command("profile", 0)
    assert await collection.count_documents({}) == 100
    inserts = {"op": "insert", "ns": f"{backbone.database.name}.gathered"}
    assert await backbone.database["system.profile"].count_documents(inserts) < 10


async def test_of_many_only_the_one_whose_id_is_taken_fails(collection: Collection) -> None:
    await collection.insert_one({"_id": "d3", "number": "first"})
    outcomes = await outcomes_of(Gathering(collection), range(10))
    assert [place for place, outcome in enumerate(outcomes) if outcome is not None] == [3]
    assert isinstance(outcomes[3], DuplicateKeyError)
    assert await ids_in(collection) == {f"d{number}" for number in range(10)}
    first = await collection.find_one({"_id": "d3"})
    assert first is not None
    assert first["number"] == "first"


async def test_of_two_with_one_id_in_one_batch_one_wins(collection: Collection) -> None:
    outcomes = await outcomes_of(Gathering(collection), [7, 8, 7])
    assert sorted(type(each).__name__ for each in outcomes) == ["DuplicateKeyError", "NoneType", "NoneType"]
    assert outcomes[1] is None
    assert await ids_in(collection) == {"d7", "d8"}


async def test_of_many_only_the_one_that_mongodb_refuses_fails(backbone: Backbone, collection: Collection) -> None:
    await backbone.database.create_collection("gathered", validator={"number": {"$lt": 5}})
    outcomes = await outcomes_of(Gathering(collection), [1, 9, 2, 1])
    assert [type(each) for each in outcomes] == [type(None), WriteError, type(None), DuplicateKeyError]
    assert await ids_in(collection) == {"d1", "d2"}


async def test_nobody_is_told_of_success_without_a_majority(collection: Collection) -> None:
    await collection.insert_one({"_id": "d2"})
    alone = collection.with_options(write_concern=WriteConcern(w=2, wtimeout=100))
    outcomes = await outcomes_of(Gathering(alone), range(4))
    assert all(isinstance(each, PyMongoError) and is_away(each) for each in outcomes)
    again = await outcomes_of(Gathering(collection), range(4))
    assert [type(each) for each in again] == [DuplicateKeyError] * 4


async def test_a_caller_in_a_hurry_hurries_nobody_else(collection: Collection) -> None:
    gathering = Gathering(collection)
    with timeout(0.000_001):
        hurried = asyncio.create_task(gathering.insert({"_id": "d0"}))
        await asyncio.sleep(0)
    assert await outcomes_of(gathering, [1, 2]) == [None, None]
    await hurried


async def test_a_caller_that_is_cancelled_takes_nobody_along(collection: Collection) -> None:
    gathering = Gathering(collection)
    leaving = [asyncio.create_task(gathering.insert({"_id": f"left{number}"})) for number in range(20)]
    staying = asyncio.create_task(outcomes_of(gathering, range(20)))
    await asyncio.sleep(0)
    for each in leaving:
        each.cancel()
    assert await staying == [None] * 20
    assert await ids_in(collection) >= {f"d{number}" for number in range(20)}
    assert await outcomes_of(gathering, [20]) == [None]
