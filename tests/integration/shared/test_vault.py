import asyncio
import secrets
from collections.abc import AsyncIterator

import bson
import pytest
from bson.codec_options import CodecOptions
from pymongo import WriteConcern
from pymongo.encryption import ClientEncryption
from pymongo.errors import DuplicateKeyError, PyMongoError, ServerSelectionTimeoutError

from shared.errors import NotFound, Unavailable
from shared.identity.vault import KEYS, Vault
from shared.mongo import Database, connect, is_away
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


async def test_two_processes_that_seal_one_record_at_once_use_one_key(vault: Vault, database: Database) -> None:
    elsewhere = Vault(database, MASTER_KEY)
    pairs = [(vault, {"name": "An"}), (elsewhere, {"phone": "0905123456"})] * 4
    sealed = await asyncio.gather(*(each.seal("report-1", fields) for each, fields in pairs))
    opened = [await vault.open("report-1", each) for each in sealed]
    assert opened == [fields for _, fields in pairs]
    assert await database[KEYS].count_documents({}) == 1
    await elsewhere.close()


async def test_many_records_sealed_at_once_have_a_key_each(vault: Vault, database: Database) -> None:
    people = {f"report-{number}": {"name": f"An {number}", "phone": f"0905{number:06}"} for number in range(60)}
    sealed = await asyncio.gather(*(vault.seal(record, fields) for record, fields in people.items()))
    for (record, fields), each in zip(people.items(), sealed, strict=True):
        assert await vault.open(record, each) == fields
    assert await database[KEYS].count_documents({}) == len(people)
    with pytest.raises(ValueError, match="another record"):
        await vault.open("report-1", sealed[0])


async def test_nothing_is_sealed_with_a_key_that_is_not_kept(vault: Vault, database: Database) -> None:
    alone = Vault(database.with_options(write_concern=WriteConcern(w=2, wtimeout=100)), MASTER_KEY)
    with pytest.raises(PyMongoError) as refused:
        await alone.seal("report-1", PERSON)
    assert is_away(refused.value)
    assert await vault.open("report-1", await vault.seal("report-1", PERSON)) == PERSON  # as its sender tries again
    assert await database[KEYS].count_documents({}) == 1
    await alone.close()


async def test_a_key_that_nobody_can_rely_on_yet_is_asked_for_again(
    vault: Vault, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_taken(key: object) -> None:
        raise DuplicateKeyError("not on a majority yet, or erased a moment ago", 11_000)

    with monkeypatch.context() as patch:
        patch.setattr(vault._new_keys, "insert", is_taken)
        with pytest.raises(Unavailable) as refused:
            await vault.seal("report-1", PERSON)
    assert refused.value.headers == {"Retry-After": "2"}
    assert await vault.open("report-1", await vault.seal("report-1", PERSON)) == PERSON


async def test_a_key_made_here_looks_like_the_drivers_own(vault: Vault, database: Database) -> None:
    await vault.seal("ours", PERSON)
    theirs: ClientEncryption[dict[str, object]] = ClientEncryption(
        {"local": {"key": MASTER_KEY}}, f"{database.name}.{KEYS}", database.client.delegate, CodecOptions()
    )
    await asyncio.to_thread(theirs.create_data_key, "local", key_alt_names=["theirs"])
    first, second = [document async for document in database[KEYS].find().sort("keyAltNames")]
    assert {name: type(value) for name, value in first.items()} == {
        name: type(value) for name, value in second.items()
    }
    assert (first["status"], first["masterKey"]) == (second["status"], second["masterKey"])
    assert len(first["keyMaterial"]) == len(second["keyMaterial"])
    await asyncio.to_thread(theirs.close)


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
