"""How people spell: without diacritics, in chat language, with slips; and numbers the way they are said."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

_CHAT = {
    "không": "ko",
    "được": "dc",
    "biết": "bit",
    "gì": "j",
    "vậy": "v",
    "rồi": "r",
    "với": "vs",
    "người": "ng",
    "quá": "qá",
    "bây giờ": "bh",
    "điện thoại": "đt",
    "mọi": "mn",
    "nhưng": "nhg",
}
_PIECES = re.compile(r"(\{[a-z_0-9]+\}|\w+)")
_SLIPPABLE = 5


def bare(text: str) -> str:
    """Without diacritics, đ as d: what a keyboard without an input method gives."""
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in marks if not unicodedata.combining(character))


def chat(template: str) -> str:
    """Chat spelling of a template's words; its slots stay."""
    for word, short in _CHAT.items():
        template = re.sub(rf"\b{word}\b", short, template, flags=re.IGNORECASE)
    return template


def slip(template: str, rng: Random) -> str:
    """Two letters swapped in one or two longer words of a template; its slots stay."""
    pieces = _PIECES.split(template)
    longer = [i for i, piece in enumerate(pieces) if len(piece) >= _SLIPPABLE and piece.isalpha()]
    for position in rng.sample(longer, min(len(longer), rng.choice((1, 2)))):
        word = pieces[position]
        at = rng.randrange(1, len(word) - 1)
        pieces[position] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return "".join(pieces)


def say_phone(phone: str, rng: Random) -> str:
    """A phone number the way somebody writes it down."""
    head, middle, tail = phone[:4], phone[4:7], phone[7:]
    forms: tuple[Callable[[], str], ...] = (
        lambda: phone,
        lambda: phone,
        lambda: f"{head} {middle} {tail}",
        lambda: f"{head}.{middle}.{tail}",
        lambda: f"{head}-{middle}-{tail}",
        lambda: f"+84{phone[1:]}",
        lambda: f"+84 {phone[1:4]} {phone[4:7]} {phone[7:]}",
    )
    return rng.choice(forms)()


def say_cccd(cccd: str, rng: Random) -> str:
    """An identity number the way somebody writes it down."""
    return rng.choice((cccd, cccd, f"{cccd[:3]} {cccd[3:6]} {cccd[6:]}", f"{cccd[:3]}.{cccd[3:6]}.{cccd[6:]}"))


def say_plate(plate: str, rng: Random) -> str:
    """A plate the way somebody writes it down."""
    compact = plate.replace("-", "").replace(".", "")
    return rng.choice((plate, plate.replace(".", ""), compact, compact.lower(), plate.replace("-", " ")))


def compact_plate(plate: str) -> str:
    """Letters and figures only: the one spelling of a plate."""
    return "".join(character for character in plate.upper() if character.isalnum())
