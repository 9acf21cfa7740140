"""Data keys made in this process, and fields sealed with them, without asking the database for anything.

The same library and format as the driver's own explicit encryption (`ClientEncryption`), which stores each new key by
itself and then reads it back for the first field: two round trips and 2 ms of both processors for each record.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import bson
from bson.binary import Binary
from pymongo.encryption import Algorithm  # type: ignore[attr-defined]  # its documented place
from pymongocrypt.explicit_encrypter import ExplicitEncrypter
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.state_machine import MongoCryptCallback

ALGORITHM = Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random
_REMEMBERED_MS = 1
"""The library would keep each key for a minute and look through all of them for every field: 0.3 ms for a record
became 5 ms after ten thousand (measured)."""


class _OneKey(MongoCryptCallback):  # type: ignore[misc]  # the package ships no types
    """What the library asks its surroundings for: the key it has just made, and nothing else."""

    def __init__(self) -> None:
        self.made = b""

    def insert_data_key(self, data_key: bytes) -> bytes:
        self.made = bytes(data_key)
        return self.made

    def fetch_keys(self, filter: bytes) -> Iterator[bytes]:  # noqa: A002, ARG002 - the library's name for it
        yield self.made

    def bson_encode(self, document: Mapping[str, Any]) -> bytes:
        return bson.encode(document)

    def kms_request(self, kms_context: object) -> None:
        raise NotImplementedError("a local master key needs no key service")

    def collection_info(self, database: str, filter: bytes) -> bytes:  # noqa: A002 - the library's name for it
        raise NotImplementedError("fields are sealed explicitly")

    def mark_command(self, database: str, command: bytes) -> bytes:
        raise NotImplementedError("fields are sealed explicitly")

    def close(self) -> None:
        self.made = b""


class FreshKeys:
    """Seals the fields of new records.

    Args:
        master_key: wraps the data keys.
    """

    def __init__(self, master_key: bytes) -> None:
        self._key = _OneKey()
        self._encrypter = ExplicitEncrypter(
            self._key, MongoCryptOptions({"local": {"key": master_key}}, key_expiration_ms=_REMEMBERED_MS)
        )

    def seal(self, record_id: str, fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Binary]]:
        """A new key named after the record, to be stored, and the fields sealed with it."""
        self._encrypter.create_data_key("local", key_alt_names=[record_id])
        document: dict[str, Any] = bson.decode(self._key.made)
        key_id = bytes(document["_id"])
        return document, {name: self._sealed(value, key_id) for name, value in fields.items()}

    def close(self) -> None:
        """Frees the library's memory and the keys in it."""
        self._encrypter.close()

    def _sealed(self, value: str, key_id: bytes) -> Binary:
        sealed = self._encrypter.encrypt(bson.encode({"v": value}), ALGORITHM, key_id=key_id)
        return Binary(bson.decode(sealed)["v"], 6)
