"""API keys of agencies' software: `hv_<key id>_<secret>`, shown once, kept as the SHA-256 of a 256-bit secret.

A fast hash is right here: nobody guesses 256 random bits, and every request pays for the check.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

_PREFIX = "hv"
_SECRET_BYTES = 32
_LONGEST = 200
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made. `text` goes to its owner once; `id` and `sha256` (hex) are what is stored and published."""

    id: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A key as a request shows it: which one it claims to be, and the SHA-256 of its secret."""

    id: str
    sha256: str

    def is_key_with(self, sha256: str) -> bool:
        """Whether the secret is the stored one; takes the same time either way."""
        return hmac.compare_digest(self.sha256, sha256)


def new_api_key() -> NewApiKey:
    """A fresh key: a 64-bit id in letters only (no scan takes it for a phone number), a 256-bit secret."""
    key_id = secrets.token_hex(8).translate(_LETTERS)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return NewApiKey(id=key_id, text=f"{_PREFIX}_{key_id}_{secret}", sha256=_hash(secret))


def read_api_key(text: str) -> PresentedKey | None:
    """The key in an `Authorization: Bearer` value, or None where it has not the form of one."""
    parts = text[:_LONGEST].split("_", 2)
    if len(parts) != 3 or parts[0] != _PREFIX or not all(parts):  # noqa: PLR2004 - prefix, id, secret
        return None
    return PresentedKey(id=parts[1], sha256=_hash(parts[2]))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
