"""Keyed references: the same person or vehicle is recognised everywhere, and named nowhere.

A reference is a keyed HMAC of the normalised number. Whoever holds the key, or may ask for references of numbers of
their choice, can invert them (there are only so many phones): they travel on internal topics only. Agencies get
`case_ref`, which holds for one case.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

ReferenceKind = Literal["phone", "cccd", "cmnd", "passport", "email", "plate"]

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_BITS = 128
_CMND_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Reference:
    """A pseudonym: `by` says what it was made from, `ref` is the key's version and 32 letters (`k1.abcd…`)."""

    by: ReferenceKind
    ref: str


class References:
    """Makes references with one key.

    Args:
        key: at least 32 random bytes, the same in all four services.
        version: the key's number; it grows with each rotation, so that references of two keys never compare equal.
    """

    def __init__(self, key: bytes, version: int = 1) -> None:
        if len(key) < 32:  # noqa: PLR2004 - said in the message
            raise ValueError("the reference key needs at least 32 bytes")
        self._key = key
        self._version = version

    def person_refs(
        self,
        *,
        phone: str | None = None,
        cccd: str | None = None,
        email: str | None = None,
        passport: str | None = None,
    ) -> tuple[Reference, ...]:
        """The references of what is known of a person; what is empty or holds no number gives none.

        A `cccd` of nine digits is the older CMND, a kind of its own.
        """
        number = normal_document(cccd or "")
        found: list[tuple[ReferenceKind, str]] = [
            ("phone", normal_phone(phone or "")),
            ("cmnd" if len(number) == _CMND_LENGTH else "cccd", number),
            ("email", normal_email(email or "")),
            ("passport", normal_document(passport or "")),
        ]
        return tuple(self._reference(by, value) for by, value in found if value)

    def vehicle_ref(self, plate: str) -> Reference:
        """The reference of a number plate, however it is punctuated.

        Raises:
            ValueError: the text holds neither a letter nor a digit.
        """
        value = normal_plate(plate)
        if not value:
            raise ValueError("a plate needs at least one letter or digit")
        return self._reference("plate", value)

    def case_ref(self, reference: Reference, case_id: str) -> Reference:
        """The reference an agency sees: stable within one case, unlinkable to the same person in another."""
        digest = self._digest("case", case_id, reference.by, reference.ref)
        return Reference(reference.by, f"c{self._version}.{digest}")

    def _reference(self, by: ReferenceKind, value: str) -> Reference:
        return Reference(by, f"k{self._version}.{self._digest('reference', by, value)}")

    def _digest(self, *parts: str) -> str:
        """128 bits in letters only: no scan for phones or ID numbers ever mistakes a reference for one."""
        message = b"\0".join(part.encode() for part in ("haivan", *parts))
        digest = hmac.digest(self._key, message, hashlib.sha256)
        return digest[: _BITS // 8].hex().translate(_LETTERS)


_NOT_DIGITS = re.compile(r"[^0-9]+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def normal_phone(text: str) -> str:
    """A phone number as `+` and digits; a national number becomes Vietnamese (`0905 123 456` → `+84905123456`)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _NOT_DIGITS.sub("", plain)
    if not digits:
        return ""
    if digits.startswith("00"):
        return _without_trunk_zero(digits[2:])
    if plain.lstrip("( ").startswith("+"):
        return _without_trunk_zero(digits)
    if digits.startswith("0"):
        return "+84" + digits[1:]
    written_with_country = digits.startswith("84") and len(digits) in {11, 12}
    return "+" + digits if written_with_country else "+84" + digits


def _without_trunk_zero(digits: str) -> str:
    """`+84 0905…`, often written, is `+84 905…`."""
    return "+84" + digits[3:] if digits.startswith("840") else "+" + digits


def normal_document(text: str) -> str:
    """The number of a CCCD, CMND or passport: capital letters and digits only."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", text).upper())


def normal_email(text: str) -> str:
    """An address in lower case; mail systems that tell cases apart are not met in practice."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def normal_plate(text: str) -> str:
    """A number plate: capital letters and digits only, Đ as D since half the readers print it so."""
    capitals = unicodedata.normalize("NFKC", text).upper().replace("Đ", "D")
    return _NOT_ALPHANUMERIC.sub("", capitals)
