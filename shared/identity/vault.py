"""The identity vault: MongoDB's explicit client-side encryption with one data key per record.

The sealed fields live in the record's own document; the data key lives in `identity_keys` of the same database,
wrapped by the master key from the settings. Erasing the key erases the identity wherever a copy of the document is.
See `docs/adr/0003-identity-vault.md`.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from pymongo.encryption import ClientEncryption
from pymongo.errors import DuplicateKeyError, EncryptionError, PyMongoError

from shared.errors import NotFound, Text, Unavailable
from shared.gathering import Gathering
from shared.identity.fresh_keys import ALGORITHM, FreshKeys
from shared.mongo import Database

KEYS = "identity_keys"
MASTER_KEY_BYTES = 96

_KEY_ID = slice(1, 17)
"""Where a ciphertext names its key: one byte of format, then the UUID (MongoDB's subtype 6)."""


class Vault:
    """Seals and opens the identity fields of records.

    Args:
        database: the service's own; holds the keys.
        master_key: 96 bytes, never stored beside the data.
    """

    def __init__(self, database: Database, master_key: bytes) -> None:
        if len(master_key) != MASTER_KEY_BYTES:
            raise ValueError(f"the master key needs exactly {MASTER_KEY_BYTES} bytes")
        options: CodecOptions[dict[str, Any]] = CodecOptions(uuid_representation=STANDARD)
        self._keys = database.get_collection(KEYS, options)
        self._fresh = FreshKeys(master_key)
        self._new_keys = Gathering(self._keys)
        # Motor wraps each call in a thread of its own; one thread for a whole record is three times as fast.
        self._encryption: ClientEncryption[dict[str, Any]] = ClientEncryption(
            {"local": {"key": master_key}}, f"{database.name}.{KEYS}", database.client.delegate, options
        )

    async def prepare(self) -> None:
        """Creates the index that keeps one key per record."""
        named = {"keyAltNames": {"$exists": True}}
        await self._keys.create_index("keyAltNames", unique=True, partialFilterExpression=named)

    async def seal(self, record_id: str, fields: Mapping[str, str]) -> dict[str, Binary]:
        """The fields encrypted with the record's key, which is made if there is none.

        The key is stored before the record that needs it: a key without a record harms nobody, and accepting a
        report stays one document's write.

        Raises:
            Unavailable: there is a key, or was a moment ago, that nobody can rely on yet.
        """
        key, sealed = self._fresh.seal(record_id, fields)
        try:
            await self._new_keys.insert(key)
        except DuplicateKeyError:
            return await asyncio.to_thread(self._seal_again, record_id, dict(fields))
        return sealed

    async def open(self, record_id: str, sealed: Mapping[str, bytes]) -> dict[str, str]:
        """The fields as they were sealed for this record. Who may ask, and recording that they did, is the caller's.

        Raises:
            NotFound: `identity-erased`, the key is gone.
            ValueError: a field was sealed for another record.
        """
        key = await self._keys.find_one({"keyAltNames": record_id}, {"_id": True})
        if key is None:
            raise _erased()
        if any(bytes(value)[_KEY_ID] != bytes(key["_id"].bytes) for value in sealed.values()):
            raise ValueError("a field was sealed for another record")
        return await asyncio.to_thread(self._open, dict(sealed))

    async def erase(self, record_id: str) -> bool:
        """Destroys the record's key; from then on `open` refuses everywhere. Whether there was one.

        Processes that used the key may hold it in memory for another minute, out of reach of `open`.
        """
        result = await self._keys.delete_one({"keyAltNames": record_id})
        return result.deleted_count > 0

    async def close(self) -> None:
        """Frees the encryption library's memory and the keys in it."""
        self._fresh.close()
        await asyncio.to_thread(self._encryption.close)

    def _seal_again(self, record_id: str, fields: dict[str, str]) -> dict[str, Binary]:
        """With the key that is there. Never by its name alone: the library would remember an erased key by it."""
        with _plain_errors():
            existing: Any = self._encryption.get_key_by_alt_name(record_id)
            if existing is None:  # erased between the two calls, or not on a majority yet
                raise Unavailable("store-unavailable", _NOT_DURABLE_YET, headers={"Retry-After": "2"})
            key = Binary(existing["_id"], 4)
            return {name: self._encryption.encrypt(value, ALGORITHM, key_id=key) for name, value in fields.items()}

    def _open(self, sealed: dict[str, bytes]) -> dict[str, str]:
        with _plain_errors():
            return {name: str(self._encryption.decrypt(Binary(value, 6))) for name, value in sealed.items()}


@contextmanager
def _plain_errors() -> Iterator[None]:
    """The driver's own errors instead of the wrapper around them: a missing primary stays a transient error."""
    try:
        yield
    except EncryptionError as error:
        if isinstance(error.cause, PyMongoError):
            raise error.cause from error
        raise


_NOT_DURABLE_YET = Text(
    vi="Chưa ghi nhận xong; hãy gửi lại cùng Idempotency-Key sau vài giây.",
    en="This is still being recorded; send again with the same Idempotency-Key in a few seconds.",
)


def _erased() -> NotFound:
    return NotFound(
        "identity-erased",
        Text("Thông tin định danh này đã được xóa.", "This identity has been erased."),
    )
