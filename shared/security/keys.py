"""Secrets as they stand in the settings, and keys for one purpose made from them."""

import base64
import binascii

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr


def read_key(secret: SecretStr, *, at_least: int = 32) -> bytes:
    """The bytes of a base64 secret.

    Raises:
        ValueError: not base64, or shorter than `at_least` bytes; the text does not repeat the secret.
    """
    try:
        key = base64.b64decode(secret.get_secret_value(), validate=True)
    except binascii.Error as error:
        raise ValueError("a key in the settings is not base64") from error
    if len(key) < at_least:
        raise ValueError(f"a key in the settings has {len(key)} bytes and needs {at_least}")
    return key


def derive_key(key: bytes, purpose: str) -> bytes:
    """A 256-bit key for one purpose (`"csrf"`), from which neither `key` nor another purpose's key follows."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"haivan/{purpose}".encode()).derive(key)
