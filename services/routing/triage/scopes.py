"""Whether a thing that is named is also said to be so: not "không ho", not "nếu bị khó thở", not one's hens."""

from collections.abc import Sequence

from services.routing.triage.asking import Asking
from services.routing.triage.denial import Denials
from services.routing.triage.marking import SYMPTOM, Marking, ScopeWords, Status
from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Words, is_hard_stop

_RESOLVED_REACH = 9
_SUPPOSED_REACH = 16
_AFTER_REACH = 4
_SENTENCE_REACH = 40  # words; nobody's sentence reaches further, and the work stays linear
_JUST_AFTER = 3
_ASKED_REACH = 14
_THEN = frozenset({"thi", "then"})
_SUPPOSING = frozenset({"scope.general", "scope.supposed", "scope.feared", "scope.notice"})
_SOMEBODY_NOW = frozenset({"scope.person", "scope.now"})
_NOT_HUMAN = frozenset({"scope.animal", "scope.thing"})
_BEFORE_NOW = frozenset({"scope.past", "scope.resolved"})


class Scopes:
    """Judges the hits of one text. Exclusive hits (symptoms, scope phrases, masks) do not overlap."""

    def __init__(self, words: Words, hits: Sequence[Hit], lexicon: ScopeWords) -> None:
        self._marked = Marking(words, hits)
        self._keys = words.keys
        self._lexicon = lexicon
        self._present = frozenset(hit.name for hit in hits)
        self._asking = Asking(self._marked, lexicon)
        self._denials = Denials(self._marked, lexicon)

    def status(self, hit: Hit) -> Status:
        """How a hit (exclusive or not) is meant."""
        if self._denials.is_denied(hit):
            return Status.NEGATED
        symptom = hit.name.startswith(SYMPTOM)
        asked = self._asking.status_after(hit) if symptom else None
        if asked is not None:
            return asked
        if self._is_supposed(hit) or self._is_told_by_others(hit) or (symptom and self._is_asked_of_nobody(hit)):
            return Status.SUPPOSED
        if symptom and self._is_animals(hit):
            return Status.ANIMAL
        return Status.PAST if self._is_past(hit) else Status.ASSERTED

    def is_intense(self, hit: Hit) -> bool:
        """`khó thở QUÁ`, `RẤT khó thở`."""
        if hit.start and self._marked.name_at(hit.start - 1) == "scope.intense":
            return True
        for place in range(hit.end, min(hit.end + _AFTER_REACH, len(self._keys))):
            if not self._keys[place][:1].isalnum() or self._marked.name_at(place).startswith(SYMPTOM):
                return False
            if self._marked.name_at(place) == "scope.intense":
                return True
        return False

    def _is_supposed(self, hit: Hit) -> bool:
        """A word like "nếu" reaches to "thì" or the end of the sentence; a general one reaches the whole sentence."""
        after = self._keys[hit.end : hit.end + _AFTER_REACH + 2]
        if after[:1] in (["bao"], ["may"]) and "thi" in after:
            return True  # `ho bao nhiêu ngày thì đi khám`
        if self._present.isdisjoint(_SUPPOSING):
            return False
        place = hit.start - 1
        lowest = max(-1, place - _SUPPOSED_REACH)
        fulfilled = noticed = False
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._marked.name_at(place)
            noticing = name == "scope.notice" and not noticed
            if name == "scope.general" or noticing or (name == "scope.supposed" and not fulfilled):
                return True
            if name == "scope.feared" and not fulfilled and "," not in self._keys[place : hit.start]:
                return True
            if name == "scope.asserting":
                return False
            fulfilled = fulfilled or (not name and self._keys[place] in _THEN)
            noticed = noticed or name in _SOMEBODY_NOW or (not name and self._keys[place] in self._lexicon.contrast)
            place -= 1
        return False

    def _is_told_by_others(self, hit: Hit) -> bool:
        """`bệnh viện thiếu oxy, người chết ngạt NHƯ MẠNG ĐỒN`: whoever is named, it is the rumour's."""
        return self._stands_behind(hit, "scope.told_after")

    def _is_asked_of_nobody(self, hit: Hit) -> bool:
        """`sốt cao, phát ban, đúng không ạ`: asked, and nobody is named who has it."""
        return self._stands_behind(hit, "scope.asked_after") and not self._names_somebody(hit.start)

    def _stands_behind(self, hit: Hit, name: str) -> bool:
        """Within reach, in the same sentence."""
        if name not in self._present:
            return False
        for place in range(hit.end, min(hit.end + _ASKED_REACH, len(self._keys))):
            if is_hard_stop(self._keys[place]):
                return False
            if self._marked.name_at(place) == name:
                return True
        return False

    def _names_somebody(self, place: int) -> bool:
        while place > 0 and not is_hard_stop(self._keys[place - 1]):
            place -= 1
            if self._marked.name_at(place) in _SOMEBODY_NOW:
                return True
        return False

    def _is_animals(self, hit: Hit) -> bool:
        if self._present.isdisjoint(_NOT_HUMAN):
            return False
        place = hit.start - 1
        lowest = max(-1, place - _SENTENCE_REACH)
        clause = True
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._marked.name_at(place)
            clause = clause and self._keys[place] != ","
            if name == "scope.animal" or (name == "scope.thing" and clause):
                return True
            if name == "scope.person" and not self._is_owner(place):
                return False
            place -= 1
        return False

    def _is_owner(self, place: int) -> bool:
        """`con chó NHÀ EM`, `heo NHÀ BÁC TÔI`: the person named owns the one who is ill."""
        start = self._marked.start_at(place)
        while start > 0 and self._marked.name_at(start - 1) == "scope.person":
            start = self._marked.start_at(start - 1)
        return start > 0 and self._keys[start - 1] in {"nha", "cua"}

    def _is_past(self, hit: Hit) -> bool:
        if self._present.isdisjoint(_BEFORE_NOW):
            return False
        if self._past_before(hit.start):
            return True
        clause = True
        for place in range(hit.end, min(hit.end + _RESOLVED_REACH, len(self._keys))):
            if is_hard_stop(self._keys[place]):
                return False
            clause = clause and self._keys[place] != ","
            if (
                self._marked.name_at(place) == "scope.past"
                and clause
                and place < hit.end + _JUST_AFTER
                and self._keys[place - 1] != "tu"
            ):
                return True  # `bị tai biến năm kia`
            if self._marked.name_at(place) == "scope.resolved":
                return True
        return False

    def _past_before(self, place: int) -> bool:
        place -= 1
        lowest = max(-1, place - _SENTENCE_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._marked.name_at(place)
            if name == "scope.past":
                return True
            now = name in {"scope.now", "scope.asserting"}
            if now or (not name and self._keys[place] in self._lexicon.contrast):
                return False
            place -= 1
        return False
