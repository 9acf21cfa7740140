import asyncio

from shared.progress import heard_by, in_turns, say_progress


async def test_whoever_else_is_there_gets_a_turn_before_each_item() -> None:
    happened: list[str] = []

    async def neighbour() -> None:
        for _ in range(3):
            happened.append("neighbour")
            await asyncio.sleep(0)

    other = asyncio.create_task(neighbour())
    async for item in in_turns("abc"):
        happened += item
    await other
    assert happened == ["neighbour", "a", "neighbour", "b", "neighbour", "c"]


async def test_progress_is_heard_within_and_by_the_tasks_begun_there() -> None:
    heard: list[int] = []

    async def work() -> None:
        say_progress()

    with heard_by(lambda: heard.append(1)):
        say_progress()
        inside = asyncio.create_task(work())
    say_progress()
    await inside
    assert len(heard) == 2
