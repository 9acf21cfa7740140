"""Vietnamese as it is typed: one key for "sốt", "sot", "SỐT", "sốtttt" and the decomposed form, marks kept beside it.

A word's *key* has no marks, no capitals and no doubled letters; phrases are found by key. Its *marks* are kept so
that "họ" is not taken for "ho" (cough) when the writer did type marks.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_TONES = {"\u0300": "`", "\u0301": "'", "\u0303": "~", "\u0309": "?", "\u0323": "."}
ANY_MARKS = "*"  # the marks of a word that had to be mended: unknown
_STOP_FINALS = frozenset("cpth")  # such a syllable always has a tone: "sôt" can only be "sốt"
_HOOK_AND_TILDE = frozenset("?~")
_WORD = re.compile(
    r"(?P<word>\d+(?:[.,:/-]\d+)+(?![^\W\d_])|\d\d[.,]\d(?=(?:độ|do|oc|c)\b)|(?:[^\W\d_]\.){2,}(?=[\s,;!?]|$)|[^\W_]+(?:['’][^\W_]+)*)|(?P<stop>\n|[.!?;,:…()+=/%°–-])",
)
_HARD_STOPS = frozenset(".!?;\n…")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD, *range(0xFE00, 0xFE10)]
)
_LONGEST_WORD = 40  # longer runs of letters are noise; they are kept as they are and never corrected
_SHORT_FORM = 3  # "tp.hcm", "q.1": a dot after so few letters abbreviates and does not end a sentence


@dataclass(frozen=True, slots=True)
class Form:
    """One written word: `key` to find it by, `toneless` and `tone` to tell "họ" from "ho"."""

    key: str
    toneless: str
    tone: str
    is_bare: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_bare", not self.tone and self.toneless in (self.key, ANY_MARKS))


@dataclass(slots=True)
class Words:
    """A text taken apart: parallel lists, one place per word or stop.

    Attributes:
        keys: the key of a word, or the stop itself (`,` `.` `?` …).
        forms: the marks of each; a stop has none.
        shown: as written, for the trail.
        bare: the writer types (almost) no marks, so nothing follows from their absence.
    """

    text: str
    keys: list[str]
    forms: list[Form]
    shown: list[str]
    bare: bool

    def said(self, start: int, end: int) -> str:
        return " ".join(self.shown[start:end])


def without_invisible(text: str) -> str:
    """One form for composed, decomposed, full-width and decorated letters; no zero-width marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return text.lower()


@lru_cache(maxsize=65536)
def form_of(word: str) -> Form:
    """The key and marks of one lower-case word."""
    if word[:1].isdigit() and word[-1:].isdigit():
        return Form(word, word, "")  # "38.2" keeps its dot
    toneless: list[str] = []
    key: list[str] = []
    tone = ""
    for char in word:
        base, marks, char_tone = _taken_apart(char)
        tone = tone or char_tone
        if key and key[-1] == base and not base.isdigit():
            toneless[-1] = max(toneless[-1], marks)  # "thởơ": the letter with marks is the one that was meant
            continue
        key.append(base)
        toneless.append(marks)
    return Form("".join(key), "".join(toneless), tone)


@lru_cache(maxsize=4096)
def _taken_apart(char: str) -> tuple[str, str, str]:
    if char in "đð":
        return "d", "đ", ""
    if char.isascii():
        return ("", "", "") if char in "'." else (char, char, "")
    decomposed = unicodedata.normalize("NFD", char)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), "")
    marks = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    return decomposed[0], marks, tone


def agree(written: Form, meant: Form, *, alone: bool) -> bool:
    """Whether `written` may stand for `meant` (their keys are equal).

    Marks that were left out are forgiven, marks that say another word are not. A word `alone` (a phrase of one word)
    needs all of its marks or none: "sót" is not "sốt".
    """
    if written.tone == meant.tone and written.toneless == meant.toneless:
        return True
    if written.is_bare:
        return True
    if written.toneless == meant.toneless:
        return _slips_into(written.tone, meant.tone, meant.key[-1], alone=alone)
    if alone:
        return False
    if not written.tone:
        return written.toneless == meant.toneless.replace("đ", "d")  # the bar is left out before any other mark
    return written.tone == meant.tone and _only_left_out(written, meant)


def _only_left_out(written: Form, meant: Form) -> bool:
    """`đàu` for "đầu": each letter has the mark that was meant, or none."""
    if len(written.toneless) != len(meant.toneless):
        return False
    letters = zip(written.toneless, meant.toneless, meant.key, strict=True)
    return all(typed in (full, plain) for typed, full, plain in letters)


def _slips_into(written: str, meant: str, ending: str, *, alone: bool) -> bool:
    if written in _HOOK_AND_TILDE and meant in _HOOK_AND_TILDE:
        return True  # Huế and the south do not hear the difference
    return bool(meant) and not written and (not alone or ending in _STOP_FINALS)


def split_words(text: str) -> Words:
    """Take a text apart; linear in its length."""
    text = without_invisible(text)
    keys: list[str] = []
    forms: list[Form] = []
    shown: list[str] = []
    marked = plain = 0
    for found in _WORD.finditer(text):
        word = found[1]
        if word is None:
            stop = _stop_at(text, found.start(), shown)
            if not stop:
                continue
            keys.append(stop)
            forms.append(_NO_FORM)
            shown.append(found[0])
        else:
            form = form_of(word) if len(word) <= _LONGEST_WORD else Form(word, word, "")
            keys.append(form.key)
            forms.append(form)
            shown.append(word)
            if not word[0].isdigit():
                if form.is_bare:
                    plain += 1
                else:
                    marked += 1
    return Words(text, keys, forms, shown, bare=marked * 5 < plain)


_NO_FORM = Form("", "", "")


def _stop_at(text: str, at: int, shown: Sequence[str]) -> str:
    """The stop that a mark makes: a dot inside "tp.hcm" makes none, "!!!" only one."""
    mark = text[at]
    glued = at + 1 < len(text) and text[at + 1].isalnum()
    if mark == "." and glued:
        return "" if shown and len(shown[-1]) <= _SHORT_FORM else ","
    return mark


def is_hard_stop(key: str) -> bool:
    """Whether a key ends a sentence."""
    return key in _HARD_STOPS
