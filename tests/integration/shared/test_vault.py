import asyncio
import secrets
from collections.abc import AsyncIterator

import bson
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from shared.errors import NotFound
from shared.identity.vault import KEYS, Vault
from shared.mongo import Database, connect
from shared.settings import Settings
from tests.places import MakeSettings

pytestmark = pytest.mark.kafka

MASTER_KEY = secrets.token_bytes(96)
PERSON = {"name": "Nguyễn Văn An", "phone": "0905123456", "cccd": "046090001234"}


@pytest.fixture
async def vault(database: Database) -> AsyncIterator[Vault]:
    made = Vault(database, MASTER_KEY)
    await made.prepare()
    yield made
    await made.close()


async def test_what_was_sealed_is_opened_for_its_record(vault: Vault) -> None:
    assert await vault.open("report-1", await vault.seal("report-1", PERSON)) == PERSON


async def test_sealed_fields_live_in_the_records_own_document(vault: Vault, database: Database) -> None:
    sealed = await vault.seal("report-1", PERSON)
    await database["reports"].insert_one({"_id": "report-1", "identity": sealed})
    kept = await database["reports"].find_one({"_id": "report-1"})
    assert kept is not None
    assert await vault.open("report-1", kept["identity"]) == PERSON
    assert not any(value.encode() in bytes(bson.encode(kept)) for value in PERSON.values())


async def test_sealing_again_uses_the_same_key(vault: Vault, database: Database) -> None:
    first = await vault.seal("report-1", {"name": "An"})
    second = await vault.seal("report-1", {"phone": "0905123456"})
    assert await vault.open("report-1", first | second) == {"name": "An", "phone": "0905123456"}
    assert await database[KEYS].count_documents({}) == 1


async def test_sealing_at_once_makes_one_key(vault: Vault, database: Database) -> None:
    both = await asyncio.gather(*(vault.seal("report-1", {"name": "An"}) for _ in range(8)))
    assert [await vault.open("report-1", each) for each in both] == [{"name": "An"}] * 8
    assert await database[KEYS].count_documents({}) == 1


async def test_an_erased_identity_is_closed_at_once_and_everywhere(vault: Vault, database: Database) -> None:
    sealed = await vault.seal("report-1", PERSON)
    elsewhere = Vault(database, MASTER_KEY)
    assert await elsewhere.open("report-1", sealed) == PERSON
    assert await vault.erase("report-1")
    for each in (vault, elsewhere):
        with pytest.raises(NotFound, match="identity-erased"):
            await each.open("report-1", sealed)
    assert not await vault.erase("report-1")
    await elsewhere.close()


async def test_a_record_sealed_after_its_erasure_leaves_the_old_copy_closed(vault: Vault) -> None:
    before = await vault.seal("report-1", PERSON)
    await vault.erase("report-1")
    after = await vault.seal("report-1", {"name": "Khác"})
    assert await vault.open("report-1", after) == {"name": "Khác"}
    with pytest.raises(ValueError, match="another record"):
        await vault.open("report-1", before)


async def test_fields_of_another_record_are_refused(vault: Vault) -> None:
    sealed = await vault.seal("report-1", PERSON)
    await vault.seal("report-2", PERSON)
    with pytest.raises(ValueError, match="another record"):
        await vault.open("report-2", sealed)


async def test_another_master_key_opens_nothing(vault: Vault, database: Database) -> None:
    sealed = await vault.seal("report-1", PERSON)
    stranger = Vault(database, secrets.token_bytes(96))
    with pytest.raises(Exception, match="HMAC"):
        await stranger.open("report-1", sealed)
    await stranger.close()


async def test_no_key_lies_in_the_database_in_clear(vault: Vault, database: Database) -> None:
    await vault.seal("report-1", PERSON)
    key = await database[KEYS].find_one({})
    assert key is not None
    assert key["masterKey"] == {"provider": "local"}
    assert MASTER_KEY[:32] not in bytes(bson.encode(key))


async def test_a_missing_database_is_the_drivers_own_transient_error(make_settings: MakeSettings) -> None:
    settings: Settings = make_settings(
        kafka_bootstrap_servers="127.0.0.1:1", mongo_url="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
    )
    vault = Vault(connect(settings)["nowhere"], MASTER_KEY)
    with pytest.raises(ServerSelectionTimeoutError):
        await vault.seal("report-1", PERSON)


def test_a_master_key_of_another_length_is_refused(make_settings: MakeSettings) -> None:
    settings = make_settings(kafka_bootstrap_servers="127.0.0.1:1", mongo_url="mongodb://127.0.0.1:1/")
    with pytest.raises(ValueError, match="96 bytes"):
        Vault(connect(settings)["nowhere"], bytes(32))
