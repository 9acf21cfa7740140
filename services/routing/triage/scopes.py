"""Whether a thing that is named is also said to be so: not "không ho", not "nếu bị khó thở", not one's hens."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Words, form_of, is_hard_stop


class Status(StrEnum):
    ASSERTED = "asserted"
    NEGATED = "negated"
    SUPPOSED = "supposed"  # "if", a question, general information
    PAST = "past"
    ANIMAL = "animal"


SYMPTOM = "symptom."
_QUESTION_REACH = 7  # words between a symptom and the "không?" that asks after it
_RESOLVED_REACH = 9
_SUPPOSED_REACH = 16
_AFTER_REACH = 4
_SENTENCE_REACH = 40  # words; nobody's sentence reaches further, and the work stays linear
_LIST_OF_THREE = 3
_JUST_AFTER = 3
_WHERE = form_of("đâu")


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """Single words (keys) that steer scopes; the phrases that do are hits named `scope.…`."""

    transparent: frozenset[str]
    either: frozenset[str]
    both: frozenset[str]
    modifiers: frozenset[str]
    contrast: frozenset[str]
    then: frozenset[str]
    trailing: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]


class Scopes:
    """Judges the hits of one text. Exclusive hits (symptoms, scope phrases, masks) do not overlap."""

    def __init__(self, words: Words, hits: Sequence[Hit], lexicon: ScopeWords) -> None:
        self._words = words
        self._keys = words.keys
        self._forms = words.forms
        self._hits = hits
        self._lexicon = lexicon
        self._owner = [-1] * len(words.keys)
        for index, hit in enumerate(hits):
            self._owner[hit.start : hit.end] = [index] * (hit.end - hit.start)
        self._negated: set[int] = set()
        self._denied_lists()

    def status(self, hit: Hit) -> Status:
        """How a hit (exclusive or not) is meant."""
        index = self._owner[hit.start]
        if index >= 0 and self._hits[index] is hit:
            if index in self._negated:
                return Status.NEGATED
        elif self._negator_before(hit.start) >= 0:
            return Status.NEGATED
        symptom = hit.name.startswith(SYMPTOM)
        if symptom:
            asked = self._asked_or_denied_after(hit)
            if asked is not None:
                return asked
        if self._is_supposed(hit):
            return Status.SUPPOSED
        if symptom and self._is_animals(hit):
            return Status.ANIMAL
        if self._is_past(hit):
            return Status.PAST
        return Status.ASSERTED

    def is_intense(self, hit: Hit) -> bool:
        """`khó thở QUÁ`, `RẤT khó thở`."""
        if hit.start and self._name_at(hit.start - 1) == "scope.intense":
            return True
        for place in range(hit.end, min(hit.end + _AFTER_REACH, len(self._keys))):
            if not self._keys[place][:1].isalnum() or self._name_at(place).startswith(SYMPTOM):
                return False
            if self._name_at(place) == "scope.intense":
                return True
        return False

    def _name_at(self, place: int) -> str:
        owner = self._owner[place]
        return self._hits[owner].name if owner >= 0 else ""

    def _negator_before(self, start: int) -> int:
        """Index of the negating hit that reaches a thing beginning at `start`, or -1."""
        place = start - 1
        while place >= 0:
            name = self._name_at(place)
            if name in {"scope.negation", "scope.over"}:
                return self._owner[place]
            if name == "scope.list_head":
                place = self._hits[self._owner[place]].start - 1
            elif not name and self._keys[place] in self._lexicon.transparent:
                place -= 1
            else:
                return -1
        return -1

    def _denied_lists(self) -> None:
        for index, hit in enumerate(self._hits):
            if not hit.name.startswith(SYMPTOM) or index in self._negated:
                continue
            negator = self._negator_before(hit.start)
            if negator < 0:
                continue
            self._negated.add(index)
            listed = any(h.name == "scope.list_head" for h in self._hits[negator + 1 : index])
            self._deny_list_from(index, listed=listed)

    def _deny_list_from(self, first: int, *, listed: bool) -> None:
        """`không sốt, ho hay khó thở` denies all three; `không sốt, ho nhiều` only the first."""
        chain, commas = self._chain(first)
        whole = listed or len(chain) + 1 >= _LIST_OF_THREE
        for index, comma in zip(chain, commas, strict=True):
            if comma and not whole:
                break
            self._negated.add(index)

    def _chain(self, first: int) -> tuple[list[int], list[bool]]:
        """The symptoms that follow in the same list, and whether only a comma joins each to the one before."""
        chain: list[int] = []
        commas: list[bool] = []
        end = self._hits[first].end
        for index in range(first + 1, len(self._hits)):
            hit = self._hits[index]
            between = self._keys[end : hit.start]
            if not hit.name.startswith(SYMPTOM) or not all(self._joins(key) for key in between):
                break
            either = any(key in self._lexicon.either for key in between)
            if self._is_modified(hit.end) and not either:
                break
            chain.append(index)
            commas.append(bool(between) and not any(k in self._lexicon.either | self._lexicon.both for k in between))
            if either:
                commas[:] = [False] * len(commas)
            end = hit.end
        return chain, commas

    def _joins(self, key: str) -> bool:
        return key in ",/-+–" or key in self._lexicon.either or key in self._lexicon.both

    def _is_modified(self, end: int) -> bool:
        return end < len(self._keys) and self._keys[end] in self._lexicon.modifiers

    def _asked_or_denied_after(self, hit: Hit) -> Status | None:
        """`sốt thì không`, `ho không có`, `có khó thở không?`, and the answer given to it."""
        place = self._skip_list(hit.end)
        if place >= len(self._keys):
            return None
        name = self._name_at(place)
        if name == "scope.over_after":
            return Status.NEGATED if self._keys[place] in self._lexicon.no else Status.PAST
        if name == "scope.negation" and self._closes(self._hits[self._owner[place]].end):
            negator_end = self._hits[self._owner[place]].end
            if self._was_asked(hit.start, negator_end):
                return self._answer_after(negator_end)
            return Status.NEGATED
        if self._forms[place] == _WHERE and self._was_asked(hit.start, place) and self._closes(place + 1):
            return Status.NEGATED  # `có sốt mô`, `có ho đâu`
        return self._asked_further_on(hit)

    def _skip_list(self, place: int) -> int:
        """Past words like "thì", "cũng" and the rest of a list of symptoms."""
        steps = 0
        while place < len(self._keys) and steps < _AFTER_REACH * 2:
            key = self._keys[place]
            name = self._name_at(place)
            if name.startswith(SYMPTOM) and steps:
                place = self._hits[self._owner[place]].end
            elif not name and (key in self._lexicon.then or key in self._lexicon.either or key in ":=-–"):
                place += 1
            else:
                return place
            steps += 1
        return place

    def _closes(self, place: int) -> bool:
        """Nothing more is denied after `place`: the clause ends, or only particles follow."""
        keys = self._keys
        return place >= len(keys) or not keys[place][:1].isalnum() or keys[place] in self._lexicon.trailing

    def _was_asked(self, start: int, end: int) -> bool:
        place = start - 1
        while place >= 0 and not self._name_at(place) and self._keys[place] in self._lexicon.transparent:
            if self._keys[place] == "co":
                return True
            place -= 1
        return self._question_mark_by(end)

    def _question_mark_by(self, place: int) -> bool:
        for key in self._keys[place : place + _AFTER_REACH]:
            if key == "?":
                return True
            if is_hard_stop(key) or key == ",":
                return False
        return False

    def _answer_after(self, place: int) -> Status:
        """In a call transcript the question is followed by its answer."""
        keys = self._keys
        while place < len(keys) and not is_hard_stop(keys[place]):
            place += 1
        answer = [key for key in keys[place : place + 7] if key[:1].isalnum()][:3]
        if any(key in self._lexicon.no for key in answer):
            return Status.NEGATED
        if any(key in self._lexicon.yes for key in answer):
            return Status.ASSERTED
        return Status.SUPPOSED

    def _asked_further_on(self, hit: Hit) -> Status | None:
        """`có bị ho hay khó thở gì không ạ?`: the question word stands a few words on."""
        place = hit.start - 1
        asked = False
        while place >= 0 and not self._name_at(place) and self._keys[place] in self._lexicon.transparent:
            asked = asked or self._keys[place] == "co"
            place -= 1
        if not asked:
            return None
        for at in range(hit.end, min(hit.end + _QUESTION_REACH, len(self._keys))):
            if self._keys[at] == "," or is_hard_stop(self._keys[at]):
                return None
            if self._name_at(at) == "scope.negation" and self._closes(at + 1) and self._question_mark_by(at + 1):
                return self._answer_after(at + 1)
        return None

    def _is_supposed(self, hit: Hit) -> bool:
        """A word like "nếu" reaches to "thì" or the end of the sentence; a general one reaches the whole sentence."""
        after = self._keys[hit.end : hit.end + _AFTER_REACH + 2]
        if after[:1] in (["bao"], ["may"]) and "thi" in after:
            return True  # `ho bao nhiêu ngày thì đi khám`
        place = hit.start - 1
        lowest = max(-1, place - _SUPPOSED_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._name_at(place)
            if name == "scope.supposed":
                return True
            if name == "scope.feared" and "," not in self._keys[place : hit.start]:
                return True
            if not name and self._keys[place] in {"thi", "then"}:
                return False
            if name == "scope.asserting":
                return False
            place -= 1
        return False

    def _is_animals(self, hit: Hit) -> bool:
        place = hit.start - 1
        lowest = max(-1, place - _SENTENCE_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._name_at(place)
            if name == "scope.animal":
                return True
            if name == "scope.person" and not self._is_owner(place):
                return False
            place -= 1
        return False

    def _is_owner(self, place: int) -> bool:
        """`con chó NHÀ EM`: the person named owns the one who is ill."""
        start = self._hits[self._owner[place]].start
        return start > 0 and self._keys[start - 1] in {"nha", "cua"}

    def _is_past(self, hit: Hit) -> bool:
        if self._past_before(hit.start):
            return True
        for place in range(hit.end, min(hit.end + _RESOLVED_REACH, len(self._keys))):
            if is_hard_stop(self._keys[place]):
                return False
            if (
                self._name_at(place) == "scope.past"
                and place < hit.end + _JUST_AFTER
                and self._keys[place - 1] != "tu"
            ):
                return True  # `bị tai biến năm kia`
            if self._name_at(place) == "scope.resolved":
                return True
        return False

    def _past_before(self, place: int) -> bool:
        place -= 1
        lowest = max(-1, place - _SENTENCE_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._name_at(place)
            if name == "scope.past":
                return True
            if name == "scope.now" or (not name and self._keys[place] in self._lexicon.contrast):
                return False
            place -= 1
        return False
