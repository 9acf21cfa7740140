"""Puts short forms, Huế words and slips right before phrases are looked for, without guessing at whole sentences."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.routing.triage.writing import ANY_MARKS, Form, Words, form_of, split_words

_SHORTEST_SLIP = 4  # three letters are one keystroke away from too many other words
_LONGEST_SLIP = 12
_SHORTEST_ENGLISH_SLIP = 7  # most English words are in no list here, and short ones lie close together
_MOST_REMEMBERED = 50_000  # words
_ENGLISH = frozenset(
    {
        "the",
        "is",
        "my",
        "and",
        "of",
        "to",
        "in",
        "are",
        "you",
        "have",
        "has",
        "with",
        "can",
        "was",
        "for",
        "at",
        "this",
    }
    | {"it", "we", "she", "he", "on", "please", "i", "am", "had", "any", "not", "never", "dont", "doesnt", "but"}
    | {"been", "from", "her", "his", "our", "they", "need", "since", "fever", "cough", "im", "ive", "there"}
)
_ENGLISH_SHARE = 6  # one word in six
_RUN = re.compile(r"([^\W\d_])\1+")  # "kko" for "ko"
_TELEX = re.compile(r"[sfrxjw]")
_N_LEFT_OUT = re.compile(r"(?<=[aeiouy])g$")  # "nóg", "khôg": no Vietnamese syllable ends so
_FOREIGN = re.compile(r"[fjwz]")  # letters that no Vietnamese word has
_TEEN_LETTERS = (("j", "i"), ("j", "gi"), ("f", "ph"), ("w", "qu"), ("w", "u"), ("z", "d"), ("z", "gi"), ("ck", "ch"))
_ONSETS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph q r s t th tr v x"
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in
    inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oe oen oeo oet oi om on ong op ot oc u ua uan
    uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet
    uynh uyt uyu uap y yem yen yet yeu
"""
SYLLABLES = frozenset(form_of(onset + rime).key for onset in ["", *_ONSETS.split()] for rime in _RIMES.split())


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a written word stands for: the usual, but behind one of some keys the other."""

    usual: tuple[Form, ...]
    unless_after: frozenset[str] = frozenset()
    otherwise: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Spelling:
    """What stands for what.

    Attributes:
        short: as typed (lower case) to the words meant.
        unless_after: a short form is left alone behind one of these keys.
        vocabulary: keys that phrases are made of and how common each is; slips are put right only into these.
        known: keys that are words, whatever they mean here; they are never "corrected".
        joined: words typed in one ("khotho") to their keys.
    """

    short: Mapping[str, tuple[Form, ...]]
    unless_after: Mapping[str, frozenset[str]]
    vocabulary: Mapping[str, int]
    known: frozenset[str]
    joined: Mapping[str, tuple[str, ...]]
    deletions: Mapping[str, tuple[str, ...]]
    _seen: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    _choices: tuple[dict[str, "_Choice"], dict[str, "_Choice"]] = field(default_factory=lambda: ({}, {}))

    def put_right(self, words: Words) -> Words:
        """The same words with short forms written out and slips mended; the words to show stay as typed."""
        keys: list[str] = []
        forms: list[Form] = []
        shown: list[str] = []
        before = ""
        english = _is_english(words)
        choices = self._choices[english]
        for key, form, word in zip(words.keys, words.forms, words.shown, strict=True):
            if form.key:
                choice = choices.get(word) or self._choose(word, form, english=english)
                for better in choice.otherwise if before in choice.unless_after else choice.usual:
                    keys.append(better.key)
                    forms.append(better)
                    shown.append(word)
            else:
                keys.append(key)
                forms.append(form)
                shown.append(word)
            before = key
        return Words(words.text, keys, forms, shown, words.bare)

    def _choose(self, word: str, form: Form, *, english: bool) -> "_Choice":
        """What a written word stands for; remembered, since people use the same words."""
        choices = self._choices[english]
        if len(choices) > _MOST_REMEMBERED:
            choices.clear()  # noise must not fill the memory
        choices[word] = choice = self._choice(word, form, english=english)
        return choice

    def _choice(self, word: str, form: Form, *, english: bool) -> "_Choice":
        short = word if word in self.short else _RUN.sub(r"\1", word)
        if english and len(short) == 1:
            return _Choice((form,))  # "I have a cough": no "a" for anh
        otherwise = self._better(form, _SHORTEST_ENGLISH_SLIP if english else _SHORTEST_SLIP)
        if short not in self.short:
            return _Choice(otherwise)
        return _Choice(self.short[short], self.unless_after.get(short, frozenset()), otherwise)

    def _better(self, form: Form, shortest: int) -> tuple[Form, ...]:
        key = form.key
        if key in self.known or len(key) > _LONGEST_SLIP * 2:
            return (form,)
        if shortest == _SHORTEST_SLIP and _N_LEFT_OUT.search(key):
            return (Form(_N_LEFT_OUT.sub("ng", key), _N_LEFT_OUT.sub("ng", form.toneless), form.tone),)
        if len(key) < shortest and (shortest > _SHORTEST_SLIP or not _FOREIGN.search(key)):
            return (form,)
        mended = self._mended(key)
        return (form,) if mended is None else tuple(Form(k, ANY_MARKS, "") for k in mended)

    def _mended(self, key: str) -> tuple[str, ...] | None:
        if key not in self._seen:
            if len(self._seen) > _MOST_REMEMBERED:
                self._seen.clear()  # noise must not fill the memory
            self._seen[key] = self._mend(key)
        return self._seen[key]

    def _mend(self, key: str) -> tuple[str, ...] | None:
        """Typed in one, typed with Telex letters left in, or one keystroke off; None when it may be anything."""
        if not key.isalpha() or not key.isascii():
            return None
        if key in self.joined:
            return self.joined[key]
        if key in SYLLABLES or len(key) > _LONGEST_SLIP:
            return None
        for plain in (key[0] + _TELEX.sub("", key[1:]), *(key.replace(one, other) for one, other in _TEEN_LETTERS)):
            meant = form_of(plain).key
            if meant != key and len(meant) > 1 and meant in self.vocabulary:
                return (meant,)
        near = self._one_off(key)
        return (near,) if near else None

    def _one_off(self, key: str) -> str | None:
        found: dict[str, int] = {}
        for shorter in (key, *(key[:i] + key[i + 1 :] for i in range(len(key)))):
            for word in self.deletions.get(shorter, ()):
                if abs(len(word) - len(key)) <= 1:
                    found[word] = min(found.get(word, 9), _distance(key, word))
        best = [word for word, distance in found.items() if distance <= 1]
        return min(best, key=lambda word: self._unlikely(word, key)) if best else None

    def _unlikely(self, word: str, key: str) -> tuple[bool, bool, int, str]:
        """Swapped letters are the commonest slip, the first letter the rarest to be wrong."""
        return word[0] != key[0], sorted(word) != sorted(key), -self.vocabulary[word], word


def _distance(one: str, two: str) -> int:
    """0 equal, 1 one keystroke (or two letters swapped), 2 more."""
    if one == two:
        return 0
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    swapped = len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return 1 if swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] else 2


def _is_english(words: Words) -> bool:
    """Enough of its small words, two at least ("he", "can", "to" are Vietnamese too), and few marks."""
    found = [key for key in words.keys if key in _ENGLISH]
    marked = sum(not form.is_bare for form in words.forms)
    size = len(words.keys)
    return len(found) * _ENGLISH_SHARE > size and len(set(found)) > 1 and marked * _ENGLISH_SHARE < size * 2


def deletions_of(vocabulary: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each word of four letters or more under itself and under itself less one letter."""
    index: dict[str, list[str]] = {}
    for word in sorted(vocabulary):
        if len(word) >= _SHORTEST_SLIP and word.isalpha():
            for shorter in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
                index.setdefault(shorter, []).append(word)
    return {shorter: tuple(words) for shorter, words in index.items()}


def forms_of(text: str) -> tuple[Form, ...]:
    """The forms of the words that a short form stands for."""
    return tuple(form_of(word) for word in split_words(text).shown)
