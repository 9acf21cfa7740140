"""Finds in folded text the names and addresses that structured fields have told.

A whole name is found in any case and with or without diacritics. Parts of it are common words as well (`An`, `Mai`,
`Bình`): they count only where they are written as names are.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.identity.folding import Folded, fold
from shared.identity.numbers import Kind, Span

_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s,.;:/\-]{0,4}\Z")
_SENTENCE_END = frozenset(".!?\n…")
_PIECES = re.compile(r"[,;\n]")

_TITLE_WORDS = """
    anh chị ông bà ba cô chú bác em cháu cụ dì dượng thầy bạn tên mẹ mạ mệ bố con vợ chồng thím mợ cậu o bé nhân
"""
_COMMON_WORDS = """
    anh an mai hoa binh nam son ha thu xuan dong huong van minh tam tinh hien phuc loc tho tai duc tin nghia yen thanh
    trung bac tay con em toi thuan loi hanh kim ngoc sang long phuong giang hai thuy tien cong quan thang chien dung
    linh my ly hang cam nhan viet nhi thi y bao chi hong thao lan hoai the vi vu quang
"""
_PUBLIC_WORDS = "phuong xa quan huyen tinh tp thanh thi p q x h"

_TITLES = frozenset(_TITLE_WORDS.split()) | frozenset(fold(word).plain for word in _TITLE_WORDS.split())
"""Behind these, with their marks or without any, a given name is a name."""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Given names that begin sentences as ordinary words, too."""
_PUBLIC = frozenset(_PUBLIC_WORDS.split())
"""What the part of an address begins with that leads to thousands of doors."""
_FILLERS = frozenset({"so", "nha", "duong", "d"})
_MOST_FILLERS = 4
_WHOLE_NAME_IS_CERTAIN = 3
_FEWEST_ADDRESS_WORDS = 3
_MOST_KNOWN = 50


class _Token(NamedTuple):
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A name or the last words of one, folded, and as it was written in its field."""

    words: tuple[str, ...]
    written: tuple[str, ...]
    is_whole: bool


def find_names(folded: Folded, text: str, names: Sequence[str], addresses: Sequence[str]) -> list[Span]:
    """Where names and addresses stand.

    Args:
        folded: the text.
        text: its folded form, places already found blanked.
        names: of persons, as written in their fields.
        addresses: of homes, as written in their fields; the street or ward alone is public and stays.
    """
    if not names and not addresses:
        return []
    tokens = [_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    spans = list(_address_spans(text, tokens, addresses[:_MOST_KNOWN]))
    return spans + list(_name_spans(folded, text, tokens, names[:_MOST_KNOWN]))


def _name_spans(folded: Folded, text: str, tokens: Sequence[_Token], names: Sequence[str]) -> Iterable[Span]:
    by_first = _by_first_word(names)
    place = 0
    while place < len(tokens):
        for name in by_first.get(tokens[place].word, ()):
            length = len(name.words)
            if _follows(text, tokens, place, name.words) and _is_name(folded, tokens, place, name):
                yield Span(tokens[place].start, tokens[place + length - 1].end, Kind.NAME)
                place += length - 1
                break
        place += 1


def _by_first_word(names: Sequence[str]) -> dict[str, list[_Name]]:
    """Every name and its endings by their first word, the longest first."""
    found: dict[str, list[_Name]] = {}
    for name in names:
        written = tuple(word.casefold() for word in _TOKEN.findall(unicodedata.normalize("NFC", name)))
        words = tuple(fold(word).plain for word in written)
        for start in range(len(words)):
            part = _Name(words[start:], written[start:], is_whole=start == 0)
            found.setdefault(part.words[0], []).append(part)
    return {word: sorted(parts, key=lambda part: -len(part.words)) for word, parts in found.items()}


def _follows(text: str, tokens: Sequence[_Token], place: int, words: Sequence[str]) -> bool:
    """Whether `words` stand at `place`, one right after the other."""
    here = tokens[place : place + len(words)]
    return len(here) == len(words) and all(
        token.word == word and (before is None or _is_next(text, before, token))
        for before, token, word in zip([None, *here], here, words, strict=False)
    )


def _is_next(text: str, before: _Token, token: _Token) -> bool:
    return _GAP.match(text, before.end, token.start) is not None


def _is_name(folded: Folded, tokens: Sequence[_Token], place: int, name: _Name) -> bool:
    length = len(name.words)
    if name.is_whole and length >= _WHOLE_NAME_IS_CERTAIN:
        return True
    if length == 1 and not _is_given_name(folded, tokens, place):
        return False
    shown = [_shown(folded, token) for token in tokens[place : place + length]]
    if all(word.casefold() == written for word, written in zip(shown, name.written, strict=True)):
        return True
    if not all(word.isascii() for word in shown):
        return False  # the same letters with other marks are another word: "thì mai" is not "Thị Mai"
    return length == 1 or name.is_whole or all(word[0].isupper() for word in shown)


def _is_given_name(folded: Folded, tokens: Sequence[_Token], place: int) -> bool:
    """Whether a single word that is somebody's given name is meant as one here."""
    token = tokens[place]
    is_common = token.word in _COMMON
    if place and _is_title(folded, tokens[place - 1]) and _is_next(folded.plain, tokens[place - 1], token):
        return _is_capital(folded, token) or not is_common
    if not _is_capital(folded, token) or _has_capital_neighbour(folded, tokens, place):
        return False  # "Vân" in "đèo Hải Vân" is nobody
    return not is_common or not _begins_sentence(folded, token)


def _is_title(folded: Folded, token: _Token) -> bool:
    return token.word in _TITLES and _shown(folded, token).casefold() in _TITLES


def _has_capital_neighbour(folded: Folded, tokens: Sequence[_Token], place: int) -> bool:
    """Whether the word is part of a longer name; the capital that begins a sentence is no sign of one."""
    token = tokens[place]
    if place + 1 < len(tokens):
        after = tokens[place + 1]
        if after.start == token.end + 1 and _is_capital(folded, after):
            return True
    before = tokens[place - 1] if place else token
    return before.end == token.start - 1 and _is_capital(folded, before) and not _begins_sentence(folded, before)


def _is_capital(folded: Folded, token: _Token) -> bool:
    return folded.original[folded.places[token.start]].isupper()


def _begins_sentence(folded: Folded, token: _Token) -> bool:
    before = folded.plain[max(0, token.start - 4) : token.start].rstrip(" \"'(“")
    return not before or before[-1] in _SENTENCE_END


def _shown(folded: Folded, token: _Token) -> str:
    return unicodedata.normalize("NFC", folded.slice(token.start, token.end))


def _address_spans(text: str, tokens: Sequence[_Token], addresses: Sequence[str]) -> Iterable[Span]:
    by_first: dict[str, list[list[list[str]]]] = {}
    for address in addresses:
        if pieces := _private_pieces(address):
            by_first.setdefault(pieces[0][0], []).append(pieces)
    for place, token in enumerate(tokens):
        for pieces in by_first.get(token.word, ()):
            if (after := _end_of_piece(text, tokens, place, pieces[0], begins=place)) is not None:
                for piece in pieces[1:]:
                    after = _end_of_piece(text, tokens, after, piece, begins=place) or after
                yield Span(token.start, tokens[after - 1].end, Kind.ADDRESS)
                break


def _private_pieces(address: str) -> list[list[str]]:
    """The words of the parts between commas, from the first that leads to one door."""
    pieces = [_address_words(piece) for piece in _PIECES.split(fold(address).plain)]
    start = next((place for place, piece in enumerate(pieces) if _leads_to_a_door(piece)), len(pieces))
    return [piece for piece in pieces[start:] if piece]


def _address_words(piece: str) -> list[str]:
    return [word for word in _TOKEN.findall(piece) if word not in _FILLERS]


def _leads_to_a_door(piece: Sequence[str]) -> bool:
    if not piece or piece[0] in _PUBLIC:
        return False
    has_number = any(sign.isdigit() for word in piece for sign in word)
    return len(piece) >= _FEWEST_ADDRESS_WORDS or (has_number and len(piece) > 1)


def _end_of_piece(
    text: str, tokens: Sequence[_Token], place: int, words: Sequence[str], *, begins: int
) -> int | None:
    """The place behind the last of `words`, which follow each other from `place`, words like "đường" between them.

    What stands before the address (it `begins` there) may be anything, a number that is masked already too.
    """
    skipped = 0
    for word in words:
        while place < len(tokens) and tokens[place].word != word and tokens[place].word in _FILLERS:
            place, skipped = place + 1, skipped + 1
        is_there = place < len(tokens) and tokens[place].word == word
        if (
            not is_there
            or skipped > _MOST_FILLERS
            or (place > begins and not _is_next(text, tokens[place - 1], tokens[place]))
        ):
            return None
        place += 1
    return place
