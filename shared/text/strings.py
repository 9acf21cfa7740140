"""Lines, names, longer words, slugs, e-mail addresses, record ids; and Vietnamese folding.

What people paste carries invisible characters they never typed: those are dropped. Characters that lie about the
text (NUL, control characters, bidirectional overrides, heaps of accents) are refused.
"""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Strict, WithJsonSchema

from shared.text.refusals import invalid

MAX_LINE = 200
MAX_NAME = 120
MAX_WORDS = 4000
MAX_SLUG = 64
MAX_EMAIL = 254  # RFC 5321 with erratum 1690

_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufff9-\ufffb]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2060-\u2065\u206a-\u206f\ufeff\U000e0000-\U000e007f]"
)
# A joiner means something between letters of Indic and Arabic scripts and inside emoji only; elsewhere it hides.
_LONE_JOINER = re.compile("(?<![\u0600-\u1cff\ufe0f\U0001f000-\U0001faff\u2600-\u27bf])[\u200c\u200d]+")
_HEAP_OF_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4}")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MAX_RAW = 4  # decomposed Vietnamese takes up to three code points a letter; more than four times the limit is abuse


def _refuse_liars(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise invalid(
            "control_character",
            "Có ký tự điều khiển không hợp lệ; hãy gõ lại bằng bàn phím.",
            "There is a control character; type the text again.",
        )
    if _BIDI.search(text):
        raise invalid(
            "bidi_override",
            "Có ký tự đảo chiều chữ; hãy gõ lại thay vì dán.",
            "There is a character that reverses the direction of text; type it instead of pasting.",
        )


def _normalised(text: str, limit: int) -> str:
    if len(text) > limit * _MAX_RAW:
        raise _too_long(limit)
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _BREAKS.sub("\n", text)
    _refuse_liars(text)
    text = _LONE_JOINER.sub("", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    text = unicodedata.normalize("NFC", text)
    if _HEAP_OF_MARKS.search(text):
        raise invalid(
            "too_many_marks",
            "Có quá nhiều dấu trên một chữ; hãy gõ lại.",
            "There are too many marks on one letter; type the text again.",
        )
    return text.strip()


def _too_long(limit: int) -> Exception:
    return invalid(
        "too_long",
        f"Quá dài; hãy viết tối đa {limit} ký tự.",
        f"Too long; write at most {limit} characters.",
    )


def _bounded(text: str, limit: int) -> str:
    if not text:
        raise invalid("empty", "Không được để trống; hãy điền mục này.", "This may not be empty; fill it in.")
    if len(text) > limit:
        raise _too_long(limit)
    return text


def clean_line(text: str, limit: int = MAX_LINE) -> str:
    """One line, NFC, stripped, 1..limit characters; raises a pydantic error that says what to do."""
    line = _normalised(text, limit)
    if "\n" in line:
        raise invalid("several_lines", "Hãy viết trên một dòng.", "Write this on one line.")
    return _bounded(line, limit)


def clean_words(text: str, limit: int = MAX_WORDS) -> str:
    """Text of one or more lines (LF between them), NFC, stripped, 1..limit characters."""
    return _bounded(_normalised(text, limit), limit)


def _name(text: str) -> str:
    name = clean_line(text, MAX_NAME)
    if not any(character.isalpha() for character in name):
        raise invalid("name", "Hãy viết tên bằng chữ.", "Write the name in letters.")
    return name


def _slug(text: str) -> str:
    if len(text) > MAX_SLUG or not _SLUG.fullmatch(text):
        raise invalid(
            "slug",
            "Chỉ dùng chữ thường không dấu, chữ số và dấu gạch nối, ví dụ “benh-vien-1”.",
            "Use only lower-case letters, digits and hyphens, for example “hospital-1”.",
        )
    return text


def _email(text: str) -> str:
    address = clean_line(text, MAX_EMAIL)
    local, _, domain = address.rpartition("@")
    if len(local) > 64 or not _EMAIL.fullmatch(address):  # noqa: PLR2004 - RFC 5321 4.5.3.1.1
        raise invalid(
            "email",
            "Địa chỉ e-mail không đúng, ví dụ đúng: ten@example.vn.",
            "This is not an e-mail address; a right one looks like name@example.vn.",
        )
    return f"{local}@{domain.lower()}"


def read_record_id(text: str) -> str | None:
    """The UUID in lower case with hyphens, or None; no braces, no URN, no bare digits."""
    return text.lower() if _UUID.fullmatch(text) else None


def _record_id(text: str) -> str:
    known = read_record_id(text)
    if known is None:
        raise invalid(
            "record_id",
            "Mã hồ sơ phải là UUID, ví dụ 0190b0a5-7c3e-7cc2-8f6e-5b8f3a1f0c2d.",
            "The identifier must be a UUID such as 0190b0a5-7c3e-7cc2-8f6e-5b8f3a1f0c2d.",
        )
    return known


class WordsUpTo(AfterValidator):
    """`Annotated[str, Strict(), WordsUpTo(500)]`: words of another length than 4,000."""

    def __init__(self, limit: int) -> None:
        super().__init__(lambda text: clean_words(text, limit))


def _schema(limit: int, **more: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": limit, **more})


Line = Annotated[str, Strict(), AfterValidator(clean_line), _schema(MAX_LINE)]
Name = Annotated[str, Strict(), AfterValidator(_name), _schema(MAX_NAME)]
Words = Annotated[str, Strict(), AfterValidator(clean_words), _schema(MAX_WORDS)]
Slug = Annotated[str, Strict(), AfterValidator(_slug), _schema(MAX_SLUG, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Email = Annotated[str, Strict(), AfterValidator(_email), _schema(MAX_EMAIL, format="email")]
RecordId = Annotated[str, Strict(), AfterValidator(_record_id), WithJsonSchema({"type": "string", "format": "uuid"})]
Language = Literal["vi", "en"]


def fold(text: str) -> str:
    """Vietnamese folding for search: no diacritics, đ → d, case folded (`"Đặng Văn Ổn"` → `"dang van on"`)."""
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return bare.casefold().replace("đ", "d")
