"""Bad input as data: what every door and every reader is tried with.

`json_bodies.json` holds whole bodies, `naughty_strings.json` values for text fields, `operators.json` values that
MongoDB would obey if they reached it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class JsonBody:
    """A body, and whether the strict reader takes it as JSON."""

    name: str
    body: bytes
    accepted: bool


@dataclass(frozen=True)
class NaughtyString:
    """A text, and what becomes of it as one line: the kept text, or None where it is refused."""

    name: str
    text: str
    line: str | None


@cache
def _load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _text(case: dict[str, Any]) -> str:
    """The text itself, or what its parts make: strings, and pairs of a string and how often it comes."""
    if "text" in case:
        return str(case["text"])
    parts = [part if isinstance(part, list) else [part, 1] for part in case["parts"]]
    return "".join(text * times for text, times in parts)


def _body(case: dict[str, Any]) -> bytes:
    return bytes.fromhex(case["hex"]) if "hex" in case else _text(case).encode()


def json_bodies() -> list[JsonBody]:
    return [JsonBody(case["name"], _body(case), case["accepted"]) for case in _load("json_bodies")]


def naughty_strings() -> list[NaughtyString]:
    cases = [(case, _text(case)) for case in _load("naughty_strings")]
    return [NaughtyString(case["name"], text, case.get("line", text)) for case, text in cases]


def operators() -> list[Any]:
    return list(_load("operators"))
