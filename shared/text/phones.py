"""Telephone numbers as people write them, kept as `+84…`; short hotlines as they are dialled."""

import re
import unicodedata
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, Strict, WithJsonSchema

from shared.text.refusals import invalid

HOTLINES = frozenset(
    {
        "111",  # child protection
        "112",  # search and rescue
        "113",  # police
        "114",  # fire
        "115",  # ambulance
        "1022",  # province's information line
        "19001075",  # the centre's own hotline
        "19003228",  # Ministry of Health
        "19009095",  # Ministry of Health, epidemics
    }
)
"""Numbers the numbering plan's library doesn't know as valid (1022 is the usual one)."""

_MAX_WRITTEN = 40
_PUNCTUATION = re.compile(r"[\s.\-()/\u2010-\u2015\u200b-\u200d\u2060\ufeff]")
_DIALLED = re.compile(r"\+?[0-9]{3,17}")


def _not_a_number() -> Exception:
    return invalid(
        "phone",
        "Số điện thoại không đúng; hãy viết như 0905 123 456 hoặc +84 905 123 456.",
        "This is not a telephone number; write it like 0905 123 456 or +84 905 123 456.",
    )


def read_phone(text: str) -> str:
    """The number in E.164 (`+84905123456`), or a known hotline's short form.

    Full-width digits, spaces, dots, dashes and brackets are read; letters are not.

    Raises:
        PydanticCustomError: it is no number that can be called.
    """
    dialled = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text[: _MAX_WRITTEN + 1]))
    if len(text) > _MAX_WRITTEN or not dialled.isascii() or not _DIALLED.fullmatch(dialled):
        raise _not_a_number()
    if dialled in HOTLINES:
        return dialled
    try:
        number = phonenumbers.parse(dialled, "VN")
    except phonenumbers.NumberParseException as fault:
        raise _not_a_number() from fault
    if not phonenumbers.is_valid_number(number):
        raise _not_a_number()
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


Phone = Annotated[
    str,
    Strict(),
    AfterValidator(read_phone),
    WithJsonSchema({"type": "string", "minLength": 3, "maxLength": _MAX_WRITTEN, "examples": ["0905 123 456"]}),
]
