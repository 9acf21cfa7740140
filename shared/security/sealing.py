"""Bytes that only the holder of a key can read or change: dead letters keep the records they hold in this form."""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"hv1"
_KEY_ID = 8
_NONCE = 12
_HEADER = len(_FORMAT) + _KEY_ID


class SealBrokenError(ValueError):
    """The bytes were not sealed by these keys for this context, or were changed since."""


class Sealer:
    """AES-256-GCM with random nonces; good for 2^32 seals a key.

    Args:
        key: 32 bytes; seals, and opens what it sealed.
        former: keys that still open what they sealed before a rotation.
    """

    def __init__(self, key: bytes, *former: bytes) -> None:
        self._current = _key_id(key)
        self._ciphers = {_key_id(each): AESGCM(each) for each in (key, *former)}

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """The sealed bytes: format, key id, nonce, ciphertext. `context` must be the same at opening."""
        header = _FORMAT + self._current
        nonce = secrets.token_bytes(_NONCE)
        return header + nonce + self._ciphers[self._current].encrypt(nonce, plain, header + context)

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """What was sealed.

        Raises:
            SealBrokenError: another key, another context, or not one bit as it was.
        """
        header, nonce, ciphertext = sealed[:_HEADER], sealed[_HEADER : _HEADER + _NONCE], sealed[_HEADER + _NONCE :]
        cipher = self._ciphers.get(header[len(_FORMAT) :])
        if cipher is None or not header.startswith(_FORMAT):
            raise SealBrokenError("sealed with a key that is not known here")
        try:
            return cipher.decrypt(nonce, ciphertext, header + context)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("changed since it was sealed, or sealed for another context") from error


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"haivan/key-id/" + key).digest()[:_KEY_ID]
