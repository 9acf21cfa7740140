"""The one strict JSON reader (RFC 8259 without its loopholes).

A plain reader lets through what later breaks a store or a log: NaN, integers beyond 64 bits, duplicate keys, NUL,
lone surrogates, endless nesting. This one refuses them and says where. The standard library's C scanner does the
work; a slower walk finds line and column only once something is wrong.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from shared.errors import Malformed, Text, TooLarge

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_KEYS = 200
MAX_INT = 2**63 - 1
MIN_INT = -(2**63)
_MAX_DIGITS = 19  # of 2**63; more digits are out of range without converting them (which is quadratic)

# One token, never backtracking: an unterminated string runs to the end once instead of once per quote.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]|[^\s"\[\]{},:]+', re.DOTALL)
# Without one of these no number can leave its range, and the C converters do.
_LARGE_NUMBER = re.compile(r"[0-9]{19}|[eE][+-]?[0-9]{3}")
_HOLDERS = frozenset({dict, list})
_OPENING = frozenset("[{")
_CLOSING = frozenset("]}")

_WHAT = {
    "depth": Text(f"lồng quá {MAX_DEPTH} tầng", f"it is nested more than {MAX_DEPTH} levels deep"),
    "keys": Text(f"một đối tượng có hơn {MAX_KEYS} khóa", f"an object has more than {MAX_KEYS} keys"),
    "duplicate": Text("một khóa xuất hiện hai lần", "a key appears twice in one object"),
    "integer": Text("số nguyên vượt quá 64 bit", "an integer does not fit in 64 bits"),
    "float": Text("số quá lớn", "a number is too large"),
    "constant": Text("NaN và Infinity không phải là JSON", "NaN and Infinity are not JSON"),
    "nul": Text("có ký tự NUL", "there is a NUL character"),
    "surrogate": Text("có nửa cặp ký tự thay thế (surrogate)", "there is half of a surrogate pair"),
    "syntax": Text("cú pháp JSON sai", "the JSON syntax is wrong"),
}


class _Fault(Exception):
    """What the fast reader stumbled over; `rule` is a key of `_WHAT`."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise _Fault("keys")
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Fault("duplicate")
    return made


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS + 1 or not MIN_INT <= (number := int(digits)) <= MAX_INT:
        raise _Fault("integer")
    return number


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Fault("float")
    return number


def _constant(_: str) -> NoReturn:
    raise _Fault("constant")


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, strict=True)
_READER_OF_LARGE_NUMBERS = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)


def read_json(body: bytes, *, limit: int = MAX_BYTES) -> Any:
    """The value of a UTF-8 JSON text.

    Raises:
        TooLarge: `body` is longer than `limit` bytes.
        Malformed: it is no JSON, or JSON that nobody here accepts; the text says what and where.
    """
    if len(body) > limit:
        raise TooLarge(
            "body-too-large",
            Text(f"Nội dung vượt quá {limit} byte; hãy gửi ít hơn.", f"The body exceeds {limit} bytes; send less."),
        )
    text = _decoded(body)
    try:
        value = (_READER_OF_LARGE_NUMBERS if _LARGE_NUMBER.search(text) else _READER).decode(text)
        _refuse_depth(value)
        if "\\u" in text:  # raw NUL is refused by the scanner and raw surrogates by UTF-8: only escapes remain
            _refuse_escaped(value)
    except _Fault as fault:
        raise _malformed(fault.rule, text, _position(text, fault.rule)) from None
    except RecursionError:  # the C scanner's own limit, far beyond ours
        raise _malformed("depth", text, _position_of_depth(text)) from None
    except json.JSONDecodeError as fault:
        raise _malformed("syntax", text, fault.pos) from None
    return value


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _not_utf8(f"byte {fault.start + 1}") from None
    if text.startswith("\ufeff"):
        raise _not_utf8("BOM")
    return text


def _not_utf8(where: str) -> Malformed:
    return Malformed(
        "malformed-json",
        Text(
            f"JSON phải mã hóa bằng UTF-8, không có BOM ({where}).",
            f"JSON must be encoded in UTF-8 without a byte order mark ({where}).",
        ),
    )


def _refuse_depth(value: Any) -> None:
    """Level by level, since a value can hold many members but only few levels."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            member
            for holder in level
            if type(holder) in _HOLDERS
            for member in (holder.values() if type(holder) is dict else holder)
            if type(member) in _HOLDERS
        ]
        if not level:
            return
    raise _Fault("depth")


def _position_of_depth(text: str) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                return token.start()
        elif first in _CLOSING:
            depth -= 1
    return None


def _refuse_escaped(value: Any) -> None:
    if isinstance(value, str):
        rule = _escaped_fault(value)
        if rule:
            raise _Fault(rule)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_escaped(key)
            _refuse_escaped(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_escaped(item)


def _escaped_fault(value: str) -> str | None:
    if "\x00" in value:
        return "nul"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "surrogate"
    return None


def _position(text: str, rule: str) -> int | None:
    """Where the first violation of `rule` begins; runs only once a violation is known."""
    if rule == "depth":
        return _position_of_depth(text)
    if rule in {"keys", "duplicate"}:
        return next(_positions_of_crowded_keys(text, rule), None)
    return next((token.start() for token in _TOKEN.finditer(text) if _breaks(token.group(), rule)), None)


def _breaks(token: str, rule: str) -> bool:
    try:
        json.loads(token, parse_int=_integer, parse_float=_float, parse_constant=_constant)
    except _Fault as fault:
        return fault.rule == rule
    except ValueError:
        return False
    return token.startswith('"') and _escaped_fault(json.loads(token)) == rule


def _positions_of_crowded_keys(text: str, rule: str) -> Iterator[int]:
    open_objects: list[set[str] | None] = []  # None stands for an array
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first in _OPENING:
            open_objects.append(set() if first == "{" else None)
        elif first in _CLOSING:
            open_objects.pop()
        elif first == '"' and open_objects and (keys := open_objects[-1]) is not None and _is_key(text, token.end()):
            key = json.loads(token.group())
            if (key in keys) if rule == "duplicate" else (len(keys) == MAX_KEYS):
                yield token.start()
            keys.add(key)


def _is_key(text: str, end: int) -> bool:
    while end < len(text) and text[end] in " \t\r\n":
        end += 1
    return text[end : end + 1] == ":"


def _malformed(rule: str, text: str, position: int | None) -> Malformed:
    what = _WHAT[rule]
    if position is None:
        return Malformed("malformed-json", Text(f"Không đọc được: {what.vi}.", f"This can't be read: {what.en}."))
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return Malformed(
        "malformed-json",
        Text(
            f"Không đọc được: {what.vi} (dòng {line}, cột {column}).",
            f"This can't be read: {what.en} (line {line}, column {column}).",
        ),
    )
