"""Codes that people read to each other over the phone: tracking codes of reports, hand codes of permits.

Both are Crockford base32 (no I, L, O, U) with a Luhn-mod-32 check character at the end, computed from the record's
id and never stored: the store keeps `code_hash` only.

What the check character promises: every single wrong character and every swap of two neighbours is noticed, except
the swap of a `0` with a `Z` (Luhn mod N is blind to the first and last sign of its alphabet). Of other errors one in
32 passes.
"""

import hashlib
import hmac
import unicodedata

from shared.errors import Text, Unprocessable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRACKING_LENGTH = 14
"""13 characters of 5 bits: a million guesses among a million codes hit with a chance of 3 in 10^8; and the check."""
HAND_LENGTH = 10
"""9 characters of 5 bits: two of a million permits share one with a chance of 1.4 %; and the check."""

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_MISHEARD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = frozenset(" \t\r\n-._/\u2010\u2011\u2012\u2013\u2014\u2212")
_LONGEST_TEXT = 100


def tracking_code(key: bytes, report_id: str) -> str:
    """The 14 characters by which a reporter follows a report: the first 65 bits of HMAC(key, id) and the check."""
    return _code_of(hmac.digest(key, report_id.encode(), hashlib.sha256), TRACKING_LENGTH)


def hand_code(key: bytes, permit_id: str) -> str:
    """The 10 characters that a driver says at a post when the QR cannot be read."""
    return _code_of(hmac.digest(key, b"hand-code\0" + permit_id.encode(), hashlib.sha256), HAND_LENGTH)


def read_code(text: str) -> str:
    """The tracking code a person typed or dictated: any case, spaces and hyphens anywhere, O for 0, I and L for 1.

    Raises:
        Unprocessable: `code-length`, `code-character` or `code-check-digit`, each saying what to look at again.
    """
    return _read(text, TRACKING_LENGTH)


def read_hand_code(text: str) -> str:
    """The hand code a driver said, as tolerant and with the same refusals as `read_code`."""
    return _read(text, HAND_LENGTH)


def group_code(code: str) -> str:
    """The code as it is shown and read aloud: `ABCD-EFGH-JKMN-PQ`, a hand code `ABCDE-FGHJK`."""
    size = HAND_LENGTH // 2 if len(code) == HAND_LENGTH else 4
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def code_hash(code: str) -> str:
    """What the store keeps to find a record by its code (hex SHA-256); of no use to who reads the store."""
    return hashlib.sha256(b"haivan/code/" + code.encode()).hexdigest()


def check_character(body: str) -> str:
    """The Luhn-mod-32 check character of `body`, which holds characters of `ALPHABET` only."""
    return ALPHABET[-_luhn_sum(body, doubled_first=True) % 32]


def _code_of(digest: bytes, length: int) -> str:
    count = length - 1
    bits = int.from_bytes(digest, "big") >> (len(digest) * 8 - 5 * count)
    body = "".join(ALPHABET[(bits >> 5 * place) & 31] for place in reversed(range(count)))
    return body + check_character(body)


def _luhn_sum(signs: str, *, doubled_first: bool) -> int:
    """The Luhn sum from the right; a doubled value is the sum of its two base-32 digits."""
    total = 0
    doubled = doubled_first
    for sign in reversed(signs):
        value = _VALUES[sign] * (2 if doubled else 1)
        total += value // 32 + value % 32
        doubled = not doubled
    return total


def _read(text: str, length: int) -> str:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).upper()
    code = "".join(sign for sign in plain if sign not in _SEPARATORS).translate(_MISHEARD)
    if strange := next((sign for sign in code if sign not in _VALUES), None):
        raise _strange_character(strange)
    if len(code) != length:
        raise _wrong_length(len(code), length)
    if _luhn_sum(code, doubled_first=False) % 32:
        raise _wrong_check()
    return code


def _strange_character(sign: str) -> Unprocessable:
    shown = sign if sign.isprintable() else "?"
    return Unprocessable(
        "code-character",
        Text(
            f"Mã không có ký tự “{shown}”. Mã chỉ gồm chữ số và chữ cái không dấu, không có chữ U.",
            f"Codes never contain “{shown}”: only digits and plain letters, and no U.",
        ),
    )


def _wrong_length(found: int, expected: int) -> Unprocessable:
    return Unprocessable(
        "code-length",
        Text(
            f"Mã gồm {expected} ký tự, ở đây có {found}. Hãy kiểm tra xem thiếu hay thừa ký tự.",
            f"A code has {expected} characters; this has {found}. Check for a missing or an extra one.",
        ),
    )


def _wrong_check() -> Unprocessable:
    return Unprocessable(
        "code-check-digit",
        Text(
            "Mã có ký tự bị gõ nhầm hoặc đảo chỗ. Hãy đọc lại từng ký tự.",
            "One character of the code is mistyped or two are swapped. Read it again sign by sign.",
        ),
    )
