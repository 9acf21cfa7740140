import asyncio
from datetime import timedelta

import pytest

from shared.audit import ENTRIES, HEAD, Audit
from shared.audit_chain import Break
from shared.errors import NotFound
from shared.mongo import Database
from shared.security.api_keys import new_api_key
from tests.clocks import SettableClock

pytestmark = pytest.mark.kafka

COUNT = 1_000


@pytest.fixture
async def audit(database: Database, clock: SettableClock) -> Audit:
    made = Audit(database, clock)
    await made.prepare()
    return made


@pytest.fixture
async def long_audit(audit: Audit) -> Audit:
    """A chain with a thousand entries."""
    await asyncio.gather(*(audit.record("cdc-officer", "identity.looked_up", f"report-{n}") for n in range(COUNT)))
    assert await audit.verify() is None
    return audit


async def test_an_entry_says_who_did_what_to_whom_and_why(audit: Audit, clock: SettableClock) -> None:
    entry = await audit.record("cdc-officer", "identity.looked_up", "report-1", "gọi lại", {"via": "session"})
    assert (entry.sequence, entry.at, entry.actor, entry.action) == (1, clock(), "cdc-officer", "identity.looked_up")
    assert (entry.subject, entry.reason, entry.details) == ("report-1", "gọi lại", {"via": "session"})
    assert await audit.search() == [entry]


async def test_no_personal_data_enters_the_audit(audit: Audit, database: Database) -> None:
    entry = await audit.record("x", "y.z", "report-1", "gọi 0905123456", {"note": "an@gmail.com", "n": 123456789})
    assert (entry.reason, entry.details["note"]) == ("gọi [SĐT]", "[email]")
    for subject in ("0905123456", "046090001234", "75-F1-234.56", "Nguyễn Văn An", "", "a b", "$where"):
        with pytest.raises(NotFound):
            await audit.record("x", "y.z", subject)
    with pytest.raises(ValueError, match="actor"):
        await audit.record("0905123456", "y.z", "report-1")
    assert await database[ENTRIES].count_documents({}) == 1


async def test_every_kind_of_id_is_a_subject(audit: Audit) -> None:
    digits = "01938f5e-1234-7890-8123-123456789012"  # as unlucky as an id can be
    for subject in (
        f"report/{digits}",
        digits,
        f"api-key/{new_api_key().id}",
        "checkpoint:hai-van",
        "k1." + "a" * 32,
    ):
        assert (await audit.record("service:intake", "x.y", subject)).subject == subject


async def test_replicas_that_write_at_once_make_one_chain_without_a_gap(database: Database) -> None:
    replicas = [Audit(database) for _ in range(4)]
    burst = asyncio.gather(
        *(replicas[n % 4].record(f"replica-{n % 4}", "case.changed", f"case-{n}") for n in range(400))
    )
    await asyncio.gather(*(write_one_by_one(replica, 25) for replica in replicas))
    assert len({entry.sequence for entry in await burst}) == 400
    assert await replicas[0].verify() is None
    assert (await replicas[0].head()).sequence == 500


async def test_a_caller_that_gives_up_leaves_the_chain_whole(audit: Audit) -> None:
    waiting = [asyncio.create_task(audit.record("x", "y.z", f"case-{n}")) for n in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(each, asyncio.CancelledError) for each in done) == 10
    await audit.record("x", "y.z", "case-20")
    assert await audit.verify() is None


@pytest.mark.parametrize("place", [1, 500, 999])
async def test_a_deleted_entry_is_found(long_audit: Audit, database: Database, place: int) -> None:
    await database[ENTRIES].delete_one({"_id": place})
    assert await long_audit.verify() == Break(place, "this entry is missing")


@pytest.mark.parametrize(
    "change", [{"actor": "nobody"}, {"reason": "x"}, {"details.a": 1}, {"more": 1}, {"at": None}, {"hash": "0" * 64}]
)
async def test_an_altered_entry_is_found(long_audit: Audit, database: Database, change: dict[str, object]) -> None:
    await database[ENTRIES].update_one({"_id": 500}, {"$set": change})
    assert await long_audit.verify() == Break(500, "this entry was altered")


async def test_reordered_entries_are_found(long_audit: Audit, database: Database) -> None:
    one, other = [await database[ENTRIES].find_one({"_id": place}) for place in (400, 600)]
    assert one is not None
    assert other is not None
    await database[ENTRIES].replace_one({"_id": 400}, other | {"_id": 400})
    await database[ENTRIES].replace_one({"_id": 600}, one | {"_id": 600})
    assert await long_audit.verify() == Break(400, "this entry was altered")


async def test_a_chain_cut_short_is_found_and_stays_found(long_audit: Audit, database: Database) -> None:
    await database[ENTRIES].delete_many({"_id": {"$gt": 990}})
    assert await long_audit.verify() == Break(991, "the chain was cut short here")
    await long_audit.record("x", "y.z", "case-1")
    assert await long_audit.verify() == Break(991, "this entry is missing")


async def test_an_emptied_audit_is_found(long_audit: Audit, database: Database) -> None:
    await database[ENTRIES].delete_many({})
    assert await long_audit.verify() == Break(1, "the chain was cut short here")


@pytest.fixture
async def forged(long_audit: Audit, database: Database) -> Audit:
    """The chain whose last ten entries somebody has written anew, each following the one before."""
    head = await database[HEAD].find_one({"_id": "head"})
    assert head is not None
    await database[ENTRIES].delete_many({"_id": {"$gt": COUNT - 10}})
    await database[HEAD].delete_many({})
    forger = Audit(database)
    await asyncio.gather(*(forger.record("forger", "y.z", f"case-{n}") for n in range(10)))
    await database[HEAD].replace_one({"_id": "head"}, head)
    return long_audit


async def test_an_end_written_anew_is_found_and_stays_found(forged: Audit, database: Database) -> None:
    assert await forged.verify() == Break(COUNT, "this entry was replaced")
    restarted = Audit(database)
    await restarted.record("x", "y.z", "case-11")
    assert (await restarted.head()).sequence == COUNT + 1
    assert await restarted.verify() == Break(COUNT, "this entry was replaced")


async def test_what_a_running_process_wrote_cannot_be_written_anew_behind_its_back(forged: Audit) -> None:
    await forged.record("x", "y.z", "case-11")
    assert await forged.verify() == Break(COUNT + 1, "this entry does not follow the one before it")


async def test_one_of_ten_thousand_entries_cannot_be_touched_unseen(audit: Audit, database: Database) -> None:
    await asyncio.gather(*(audit.record("x", "y.z", f"case-{n}") for n in range(10_000)))
    entries = database[ENTRIES]
    one = await entries.find_one_and_delete({"_id": 7_654})
    assert await audit.verify() == Break(7_654, "this entry is missing")
    await entries.insert_one(one | {"subject": "case-0"})
    assert await audit.verify() == Break(7_654, "this entry was altered")
    await entries.replace_one({"_id": 7_654}, one)
    assert await audit.verify() is None
    await entries.delete_one({"_id": 10_000})
    assert await audit.verify() == Break(10_000, "the chain was cut short here")


async def test_entries_are_searched_by_actor_subject_action_and_time(audit: Audit, clock: SettableClock) -> None:
    for n in range(10):
        await audit.record(f"officer-{n % 2}", "identity.looked_up" if n % 3 else "case.closed", f"report-{n % 4}")
        clock.advance(minutes=1)
    start = clock() - timedelta(minutes=10)

    async def found(**filters: object) -> list[int]:
        return [entry.sequence for entry in await audit.search(**filters)]  # type: ignore[arg-type]

    assert await found(actor="officer-0") == [9, 7, 5, 3, 1]
    assert await found(subject="report-3") == [8, 4]
    assert await found(action="case.closed") == [10, 7, 4, 1]
    assert await found(since=start + timedelta(minutes=2), until=start + timedelta(minutes=5)) == [5, 4, 3]
    assert await found(limit=3, before=6) == [5, 4, 3]
    assert await found(actor="officer-0", subject="report-1") == []


async def write_one_by_one(audit: Audit, count: int) -> None:
    for n in range(count):
        await audit.record("x", "y.z", f"case-{n}")
