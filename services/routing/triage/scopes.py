"""Whether a thing that is named is also said to be so: not "không ho", not "nếu bị khó thở", not one's hens."""

from collections.abc import Sequence

from services.routing.triage.asking import Asking
from services.routing.triage.marking import ABSENT, SYMPTOM, Marking, ScopeWords, Status
from services.routing.triage.phrases import Hit
from services.routing.triage.writing import Words, is_hard_stop

_RESOLVED_REACH = 9
_SUPPOSED_REACH = 16
_AFTER_REACH = 4
_SENTENCE_REACH = 40  # words; nobody's sentence reaches further, and the work stays linear
_LIST_OF_THREE = 3
_TWO_WORDS = 2
_JUST_AFTER = 3
_ASKED_REACH = 14
_DENYING = frozenset({"scope.negation", "scope.over"})
_OVER_BEHIND = frozenset({"scope.over_after", "scope.resolved"})
_GONE = frozenset({"het", "khoi", "dut", "ha", "lui"})  # `giờ thì hết đau họng`
_HEARD = frozenset({"nghe", "thay"})
_OPENS_LIST = frozenset(":(")  # `không có: sốt, ho`
_NEVER_BY_A_COMMA = frozenset(
    {"dyspnea", "chest_pain", "loss_of_consciousness", "cyanosis", "convulsion", "bleeding", "low_spo2"}
)
_QUALIFIED = frozenset({"ho", "sot"})  # `ho khan` says more than that there is a cough


class Scopes:
    """Judges the hits of one text. Exclusive hits (symptoms, scope phrases, masks) do not overlap."""

    def __init__(self, words: Words, hits: Sequence[Hit], lexicon: ScopeWords) -> None:
        self._marked = Marking(words, hits)
        self._keys = words.keys
        self._hits = hits
        self._lexicon = lexicon
        self._asking = Asking(self._marked, lexicon)
        self._negated: set[int] = set()
        self._denied_lists()

    def status(self, hit: Hit) -> Status:
        """How a hit (exclusive or not) is meant."""
        if self._is_negated(hit) or self._is_denied_inside(hit):
            return Status.NEGATED
        symptom = hit.name.startswith(SYMPTOM)
        asked = self._asking.status_after(hit) if symptom else None
        if asked is not None:
            return asked
        if self._is_supposed(hit) or (symptom and self._is_asked_of_nobody(hit)):
            return Status.SUPPOSED
        if symptom and self._is_animals(hit):
            return Status.ANIMAL
        return Status.PAST if self._is_past(hit) else Status.ASSERTED

    def _is_negated(self, hit: Hit) -> bool:
        index = self._marked.owner[hit.start]
        if index >= 0 and self._hits[index] is hit:
            return index in self._negated
        return self._negator_before(hit.start) >= 0

    def _is_denied_inside(self, hit: Hit) -> bool:
        """`môi KHÔNG tím`: the denial stands in the phrase's own gap."""
        return any(self._keys[place] in self._lexicon.denying for gap in hit.gaps for place in range(*gap))

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

    def _negator_before(self, start: int) -> int:
        """Index of the negating hit that reaches a thing beginning at `start`, or -1."""
        place = start - 1
        while place >= 0:
            name = self._marked.name_at(place)
            if name in _DENYING or (name in _OVER_BEHIND and self._keys[place] in _GONE):
                return self._marked.owner[place]
            if name == "scope.list_head" or (name == "scope.person" and self._is_heard_of(place)):
                place = self._marked.start_at(place) - 1
            elif not name and (self._keys[place] in self._lexicon.transparent or self._keys[place] in _OPENS_LIST):
                place -= 1
            else:
                return -1
        return -1

    def _is_heard_of(self, place: int) -> bool:
        """`không nghe MỆ kêu khó thở`."""
        start = self._marked.start_at(place)
        return start > 0 and self._keys[start - 1] in _HEARD

    def _denied_lists(self) -> None:
        for index, hit in enumerate(self._hits):
            if not hit.name.startswith(SYMPTOM) or index in self._negated:
                continue
            if hit.name.startswith(ABSENT) and self._keys[hit.start] in self._lexicon.no:
                self._deny_list_from(index, listed=False)  # `không nóng sốt, ho hen`
            negator = self._negator_before(hit.start)
            if negator < 0:
                continue
            self._negated.add(index)
            listed = any(h.name == "scope.list_head" for h in self._hits[negator + 1 : index])
            self._deny_list_from(index, listed=listed)

    def _deny_list_from(self, first: int, *, listed: bool) -> None:
        """`không sốt, ho hay khó thở` denies all three; `không sốt, ho nhiều` only the first."""
        chain, commas = self._chain(first)
        whole = listed or len(chain) + 1 >= _LIST_OF_THREE or (bool(chain) and self._is_plain(self._hits[chain[-1]]))
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

    def _is_plain(self, hit: Hit) -> bool:
        """`không sốt, ho.` denies both: nothing is said of the cough but its name."""
        if hit.name.removeprefix(SYMPTOM) in _NEVER_BY_A_COMMA:
            return False
        size = hit.end - hit.start
        short = size == 1 or (size == _TWO_WORDS and self._keys[hit.start] not in _QUALIFIED)
        return short and (hit.end == len(self._keys) or not self._keys[hit.end][:1].isalnum())

    def _joins(self, key: str) -> bool:
        return key in ",/-+–" or key in self._lexicon.either or key in self._lexicon.both

    def _is_modified(self, end: int) -> bool:
        return end < len(self._keys) and self._keys[end] in self._lexicon.modifiers

    def _is_supposed(self, hit: Hit) -> bool:
        """A word like "nếu" reaches to "thì" or the end of the sentence; a general one reaches the whole sentence."""
        after = self._keys[hit.end : hit.end + _AFTER_REACH + 2]
        if after[:1] in (["bao"], ["may"]) and "thi" in after:
            return True  # `ho bao nhiêu ngày thì đi khám`
        place = hit.start - 1
        lowest = max(-1, place - _SUPPOSED_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._marked.name_at(place)
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

    def _is_asked_of_nobody(self, hit: Hit) -> bool:
        """`sốt cao, phát ban, đúng không ạ`: asked, and nobody is named who has it."""
        for place in range(hit.end, min(hit.end + _ASKED_REACH, len(self._keys))):
            if is_hard_stop(self._keys[place]):
                return False
            if self._marked.name_at(place) == "scope.asked_after":
                return not self._names_somebody(hit.start)
        return False

    def _names_somebody(self, place: int) -> bool:
        while place > 0 and not is_hard_stop(self._keys[place - 1]):
            place -= 1
            if self._marked.name_at(place) in {"scope.person", "scope.now"}:
                return True
        return False

    def _is_animals(self, hit: Hit) -> bool:
        place = hit.start - 1
        lowest = max(-1, place - _SENTENCE_REACH)
        while place > lowest and not is_hard_stop(self._keys[place]):
            name = self._marked.name_at(place)
            if name == "scope.animal":
                return True
            if name == "scope.person" and not self._is_owner(place):
                return False
            place -= 1
        return False

    def _is_owner(self, place: int) -> bool:
        """`con chó NHÀ EM`: the person named owns the one who is ill."""
        start = self._marked.start_at(place)
        return start > 0 and self._keys[start - 1] in {"nha", "cua"}

    def _is_past(self, hit: Hit) -> bool:
        if self._past_before(hit.start):
            return True
        for place in range(hit.end, min(hit.end + _RESOLVED_REACH, len(self._keys))):
            if is_hard_stop(self._keys[place]):
                return False
            if (
                self._marked.name_at(place) == "scope.past"
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
            if name == "scope.now" or (not name and self._keys[place] in self._lexicon.contrast):
                return False
            place -= 1
        return False
