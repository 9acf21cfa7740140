"""Finds thousands of phrases in one walk over the words, by key, and checks the marks of what it finds.

A phrase is written as people say it: `đau {đầu|bụng}` is two phrases, `[bị] ho` has a word that may be missing,
`về … từ` lets up to five words stand between.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from operator import is_
from typing import NamedTuple

from services.routing.triage.writing import ANY_MARKS, Form, Words, agree, form_of, split_words

GAP = "…"
LONGEST_GAP = 5
SYMPTOM_RANK = 1
_LONG_ENOUGH = 4  # letters: "khong" can only be không, "cho" may be chó
_CHOICE = re.compile(r"\{([^{}]*)\}|\[([^\[\]]*)\]")
_MOST_VARIANTS = 2_000
_STOPS = frozenset(".!?;\n…,:()")


class PhraseError(ValueError):
    """A phrase that cannot be read; the text says why, for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Context:
    """When a short word typed without marks may be taken for this one ("ho" is also họ, hồ, hộ, hò)."""

    not_before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    only_before: frozenset[str] = frozenset()
    bare: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One phrase of a lexicon: how it begins, and what must follow after each gap (choices by their first key)."""

    name: str
    phrase: str
    first: tuple[Form, ...]
    rest: tuple[Mapping[str, tuple[tuple[Form, ...], ...]], ...]
    rank: int
    context: Context | None = None

    def every_part(self) -> Iterator[tuple[Form, ...]]:
        """The beginning and every choice behind a gap."""
        yield self.first
        for choices in self.rest:
            for parts in choices.values():
                yield from parts


class Hit(NamedTuple):
    """`name` was found in words `start` to `end` (exclusive); `gaps` are the stretches between its parts."""

    start: int
    end: int
    name: str
    pattern: Pattern
    gaps: tuple[tuple[int, int], ...] = ()

    def said(self, words: Words) -> str:
        """The words that fired, as typed. What stands in a gap may be anybody's name, and is left out."""
        edges = [self.start, *(edge for gap in self.gaps for edge in gap), self.end]
        parts = (words.said(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
        return " … ".join(part for part in parts if part)


@dataclass(slots=True)
class _Node:
    next: dict[str, "_Node"] = field(default_factory=dict)
    patterns: list[Pattern] = field(default_factory=list)


def variants(phrase: str) -> list[str]:
    """Every phrase that a written one stands for.

    Raises:
        PhraseError: brackets do not match, or it stands for nothing, or for too much.
    """
    pieces: list[list[str]] = []
    at = 0
    for found in _CHOICE.finditer(phrase):
        pieces.append([phrase[at : found.start()]])
        pieces.append(found[1].split("|") if found[1] is not None else ["", *found[2].split("|")])
        at = found.end()
    pieces.append([phrase[at:]])
    if any(bracket in "".join(p[0] for p in pieces[::2]) for bracket in "{}[]"):
        raise PhraseError("a bracket is not closed, or one stands inside another")
    count = 1
    for piece in pieces:
        count *= len(piece)
    if count > _MOST_VARIANTS:
        raise PhraseError(f"stands for {count} phrases, more than {_MOST_VARIANTS}; write it as several")
    found_variants = [" ".join("".join(chosen).split()) for chosen in product(*pieces)]
    kept = [variant for variant in found_variants if variant]
    if not kept:
        raise PhraseError("has no words, or a gap (…) at its beginning or end")
    return kept


def patterns_of(name: str, phrase: str, rank: int, contexts: Mapping[str, Context]) -> Iterator[Pattern]:
    """Compile a phrase: one pattern for each way it may begin.

    Raises:
        PhraseError: brackets do not match, no word between two gaps, or a gap at an end.
    """
    if any(GAP in found[0] for found in _CHOICE.finditer(phrase)):
        for variant in variants(phrase):
            yield from patterns_of(name, variant, rank, contexts)
        return
    first, *rest = ([_forms(variant) for variant in variants(part)] for part in phrase.split(GAP))
    choices = tuple(_by_first_key(parts) for parts in rest)
    for forms in dict.fromkeys(first):
        shown = phrase if rest or len(first) > 1 else " ".join(form.key for form in forms)
        context = contexts.get(marks_of(forms)) or contexts.get(f"{marks_of(forms[:1])} {GAP}")
        yield Pattern(name, shown, forms, choices, rank, context)


def marks_of(forms: Iterable[Form]) -> str:
    """A phrase with its marks, however they were typed: "chửa" is not "chưa"."""
    return " ".join(form.toneless + form.tone for form in forms)


def _forms(variant: str) -> tuple[Form, ...]:
    forms = tuple(form for word in variant.split() for form in _forms_of(word))
    if not forms:
        raise PhraseError("has no words, or a gap (…) at its beginning or end")
    return forms


@lru_cache(maxsize=16_384)
def _forms_of(word: str) -> tuple[Form, ...]:
    """A lexicon says the same few thousand words in a hundred thousand phrases."""
    return tuple(form_of(part) for part in split_words(word).shown)


def _by_first_key(parts: Iterable[tuple[Form, ...]]) -> dict[str, tuple[tuple[Form, ...], ...]]:
    found: dict[str, list[tuple[Form, ...]]] = {}
    for part in parts:
        found.setdefault(part[0].key, []).append(part)
    return {key: tuple(dict.fromkeys(same)) for key, same in found.items()}


class PhraseIndex:
    """All phrases of a rule set, found together."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._root: dict[str, _Node] = {}
        self.vocabulary: Counter[str] = Counter()
        self.joined: dict[str, tuple[str, ...]] = {}
        for pattern in patterns:
            self._add(pattern)

    def _add(self, pattern: Pattern) -> None:
        for part in pattern.every_part():
            self.vocabulary.update(form.key for form in part)
            if 1 < len(part) < 4:  # noqa: PLR2004  two or three words are what people type in one
                keys = tuple(form.key for form in part)
                self.joined.setdefault("".join(keys), keys)
        level = self._root
        node = _Node()
        for form in pattern.first:
            node = level.setdefault(form.key, _Node())
            level = node.next
        node.patterns.append(pattern)

    def find(self, words: Words) -> Iterator[Hit]:
        """Every phrase in the text, overlapping ones too, in order of where they begin."""
        keys = words.keys
        count = len(keys)
        for start, key in enumerate(keys):
            node = self._root.get(key)
            end = start
            while node is not None:
                end += 1
                if node.patterns:
                    yield from _hits_of(node.patterns, words, start, end)
                node = node.next.get(keys[end]) if end < count else None


def _hits_of(patterns: Iterable[Pattern], words: Words, start: int, end: int) -> Iterator[Hit]:
    """Those patterns that hold, of all that begin with the keys of these words."""
    written = tuple(words.forms[start:end])
    reached = words.keys[end : end + LONGEST_GAP + 1]
    for pattern in patterns:
        if pattern.rest and pattern.rest[0].keys().isdisjoint(reached):
            continue
        hit = _checked(pattern, words, start, end, as_meant=all(map(is_, written, pattern.first)))
        if hit is not None:
            yield hit


def _checked(pattern: Pattern, words: Words, start: int, end: int, *, as_meant: bool) -> Hit | None:
    alone = len(pattern.first) == 1 and not pattern.rest
    if not (as_meant or _same_marks(pattern.first, words, start, alone=alone)):
        return None
    if alone and not as_meant and not _clear_enough(pattern, words, start):
        return None
    if pattern.context is not None and not _fits(pattern, pattern.context, words, start):
        return None
    gaps: list[tuple[int, int]] = []
    for choices in pattern.rest:
        part = _choice_after(choices, words, end)
        if part is None:
            return None
        if part[0] > end:
            gaps.append((end, part[0]))
        end = part[1]
    return Hit(start, end, pattern.name, pattern, tuple(gaps))


def _same_marks(part: tuple[Form, ...], words: Words, start: int, *, alone: bool) -> bool:
    forms = words.forms
    for offset, meant in enumerate(part):
        written = forms[start + offset]
        if written is not meant and not agree(written, meant, alone=alone):
            return False
    return True


def _choice_after(
    choices: Mapping[str, tuple[tuple[Form, ...], ...]], words: Words, end: int
) -> tuple[int, int] | None:
    keys = words.keys
    for at in range(end, min(end + LONGEST_GAP + 1, len(keys))):
        for part in choices.get(keys[at], ()):
            after = at + len(part)
            same_keys = after <= len(keys) and all(keys[at + i] == form.key for i, form in enumerate(part))
            if same_keys and _same_marks(part, words, at, alone=False):
                return at, after
        if keys[at] in _STOPS:
            return None
    return None


def _clear_enough(pattern: Pattern, words: Words, start: int) -> bool:
    """A single short word typed without its marks is too many words: "cho" is chó, chờ, chợ, cho."""
    meant, written = pattern.first[0], words.forms[start]
    if meant.is_bare or not written.is_bare or written.toneless == ANY_MARKS:
        return True
    rule = pattern.context.bare if pattern.context is not None else ""
    if rule:
        return rule == "fine"
    if pattern.rank == SYMPTOM_RANK:
        return words.bare or len(meant.key) >= _LONG_ENOUGH
    return words.bare and len(meant.key) >= _LONG_ENOUGH


def _fits(pattern: Pattern, context: Context, words: Words, start: int) -> bool:
    """What stands around a doubtful word typed without marks ("ho noi": họ nói; "sot ho": sốt ho)."""
    end = start + len(pattern.first)
    if context.bare == "text" and words.forms[start].is_bare:
        return words.bare
    if context.only_before:
        return end < len(words.keys) and words.keys[end] in context.only_before
    typed = words.forms[start:end]
    if context.bare == "never" and _leaves_marks_out(typed, pattern.first):
        return False  # "mạo danh cán bộ"
    if not all(form.is_bare for form in typed):
        return context.bare != "whole" or tuple(typed) == pattern.first
    if not words.bare:
        return True
    before = words.keys[start - 1] if start else ""
    after = words.keys[end] if end < len(words.keys) else ""
    return before not in context.not_after and after not in context.not_before


def _leaves_marks_out(typed: Sequence[Form], meant: Sequence[Form]) -> bool:
    return any(written.is_bare and not form.is_bare for written, form in zip(typed, meant, strict=True))
