"""Which named things are denied: "không ho" and the lists behind it, "không ai trong phòng bị sốt", "hết sốt"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.routing.triage.marking import ABSENT, SYMPTOM, Marking, ScopeWords
from services.routing.triage.phrases import Hit

_LIST_OF_THREE = 3
_TWO_WORDS = 2
_PASSED_OVER = 3  # words
_NEW_CLAUSE = frozenset({"co", "bi", "chi", "con", "thi", "van", "dang", "only", "have", "has", "is", "am"})
_AROUND_NOBODY = 6  # words between "không ai" and "bị sốt"
_DENYING = frozenset({"scope.negation", "scope.nobody", "scope.over"})
_HEADS = frozenset({"scope.list_head", "scope.general"})  # `không có DẤU HIỆU CỦA bệnh: sốt, ho`
_OVER_BEHIND = frozenset({"scope.over_after", "scope.resolved"})
_GONE = frozenset({"het", "khoi", "dut", "ha", "lui", "stoped"})  # `giờ thì hết đau họng`
_HEARD = frozenset({"nghe", "thay"})
_OPENS_LIST = frozenset(":(")  # `không có: sốt, ho`
_NEVER_IN_PASSING = frozenset({"loss_of_consciousness", "cyanosis", "convulsion", "bleeding", "low_spo2"})
_NEVER_BY_ONE_COMMA = _NEVER_IN_PASSING | {"dyspnea", "chest_pain"}
_QUALIFIED = frozenset({"ho", "sot"})  # `ho khan` says more than that there is a cough


@dataclass(frozen=True, slots=True)
class _Listed:
    """A symptom further on in a list: where its hit is, and what joins it to the one before."""

    index: int
    by_comma: bool
    apart: bool  # something stands between: "lõm ngực" behind "thở rút" is the same thing said on
    own_verb: bool  # `không bị sốt, BỊ ho`


class Denials:
    """The denied hits of one text. Exclusive hits (symptoms, scope phrases, masks) do not overlap."""

    def __init__(self, marked: Marking, lexicon: ScopeWords) -> None:
        self._marked = marked
        self._keys = marked.keys
        self._hits = marked.hits
        self._lexicon = lexicon
        self._negated: set[int] = set()
        self._denied_lists()

    def is_denied(self, hit: Hit) -> bool:
        """Whether a hit (exclusive or not) is said not to be so."""
        if self._is_denied_inside(hit):
            return True
        index = self._marked.owner[hit.start]
        if index >= 0 and self._hits[index] is hit:
            return index in self._negated
        return self._negator_before(hit.start) >= 0

    def _is_denied_inside(self, hit: Hit) -> bool:
        """`môi KHÔNG tím`, `cổ cũng HẾT rát`: the denial stands in the phrase's own gap."""
        keys = self._keys
        return any(
            keys[gap[1] - 1] in _GONE or not self._lexicon.denying.isdisjoint(self._marked.forms[slice(*gap)])
            for gap in hit.gaps
        )

    def _negator_before(self, start: int) -> int:
        """Index of the negating hit that reaches a thing beginning at `start`, or -1."""
        place = start - 1
        while place >= 0:
            name = self._marked.name_at(place)
            if name in _DENYING or (name in _OVER_BEHIND and self._keys[place] in _GONE):
                return self._marked.owner[place]
            if name in _HEADS or (name == "scope.person" and self._is_heard_of(place)):
                place = self._marked.start_at(place) - 1
            elif not name and (self._keys[place] in self._lexicon.transparent or self._keys[place] in _OPENS_LIST):
                place -= 1
            else:
                return self._nobody_before(place)
        return -1

    def _nobody_before(self, place: int) -> int:
        """`KHÔNG AI trong phòng trọ bị sốt`: a place or a group may stand between, if nothing else does."""
        for at in range(place, max(-1, place - _AROUND_NOBODY), -1):
            name = self._marked.name_at(at)
            if name == "scope.nobody":
                return self._marked.owner[at] if self._keys[self._marked.end_at(at)] in self._lexicon.within else -1
            if name.startswith(SYMPTOM) or not self._keys[at][:1].isalnum():
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
            listed = any(h.name in _HEADS for h in self._hits[negator + 1 : index])
            self._deny_list_from(index, listed=listed)

    def _deny_list_from(self, first: int, *, listed: bool) -> None:
        """`không sốt, ho hay khó thở` denies all three; `không sốt, ho nhiều` only the first."""
        chain = self._chain(first)
        swept = listed or self._is_swept(self._hits[chain[-1].index if chain else first].end)
        items = 1 + sum(item.apart for item in chain)
        whole = swept or items >= _LIST_OF_THREE or (bool(chain) and self._is_plain(self._hits[chain[-1].index]))
        for item in chain:
            if item.by_comma and not (whole and (swept or self._may_be_denied_in_passing(self._hits[item.index]))):
                break
            self._negated.add(item.index)

    def _chain(self, first: int) -> list[_Listed]:
        """The symptoms that follow in the same list."""
        chain: list[_Listed] = []
        start, end = self._hits[first].start, self._hits[first].end
        repeats = self._has_own_verb(self._keys[max(0, start - 1) : start])
        for index in range(first + 1, len(self._hits)):
            hit = self._hits[index]
            between = self._keys[end : hit.start]
            either = any(key in self._lexicon.either for key in between)
            joined = self._are_joined(between, verbs=either or repeats) or (
                len(chain) > 0 and self._is_passed_over(between, end)
            )
            if not hit.name.startswith(SYMPTOM) or hit.name.startswith(ABSENT) or not joined:
                break
            if self._is_modified(hit.end) and not either:
                break
            by_comma = bool(between) and not any(k in self._lexicon.either | self._lexicon.both for k in between)
            chain.append(_Listed(index, by_comma, bool(between), self._has_own_verb(between)))
            if either:  # the last of a list says how all are joined
                chain = [replace(item, by_comma=False, own_verb=False) for item in chain]
            end = hit.end
        own = next((place for place, item in enumerate(chain) if item.own_verb), len(chain))
        return chain[:own]

    def _has_own_verb(self, between: Sequence[str]) -> bool:
        return any(key in self._lexicon.having for key in between)

    def _is_swept(self, end: int) -> bool:
        """`không sốt, ho, đau họng GÌ CẢ`, `… hoặc triệu chứng khác`: what closes a denied list belongs to all."""
        place = end
        if any(key in self._lexicon.either for key in self._keys[end : end + 1]):
            return end + 1 < len(self._keys) and self._marked.name_at(end + 1) in _HEADS
        while place < len(self._keys) and self._keys[place] in self._lexicon.sweeping:
            place += 1
        return place > end and (place == len(self._keys) or not self._keys[place][:1].isalnum())

    def _may_be_denied_in_passing(self, hit: Hit) -> bool:
        """Of what threatens a life only a bare name: `không sốt, ho, khó thở`, not `không ho, thở rút lõm ngực`."""
        symptom = hit.name.removeprefix(SYMPTOM)
        if symptom in _NEVER_IN_PASSING:
            return False
        named = hit.end - hit.start <= _TWO_WORDS or self._keys[hit.start] in self._lexicon.naming
        bare = named and self._ends_clause(hit.end)
        return symptom not in _NEVER_BY_ONE_COMMA or bare

    def _is_plain(self, hit: Hit) -> bool:
        """`không sốt, ho.` denies both: nothing is said of the cough but its name."""
        if hit.name.removeprefix(SYMPTOM) in _NEVER_BY_ONE_COMMA:
            return False
        size = hit.end - hit.start
        short = size == 1 or (size == _TWO_WORDS and self._keys[hit.start] not in _QUALIFIED)
        return short and self._ends_clause(hit.end)

    def _ends_clause(self, end: int) -> bool:
        return end == len(self._keys) or not self._keys[end][:1].isalnum()

    def _are_joined(self, between: Sequence[str], *, verbs: bool) -> bool:
        """`không BỊ sốt, BỊ ho hay đau họng`: the verb may be said again, if it was said at first."""
        return all(self._joins(key) or (verbs and key in self._lexicon.having) for key in between)

    def _is_passed_over(self, between: Sequence[str], start: int) -> bool:
        """`không sốt, ho, VIÊM PHỔI, đau họng`: something that no list here names stands between two commas."""
        inner = between[1:-1]
        return (
            between[:1] == between[-1:] == [","]
            and 0 < len(inner) <= _PASSED_OVER
            and all(
                key.isalpha() and not self._marked.name_at(start + 1 + place) and key not in self._lexicon.contrast
                for place, key in enumerate(inner)
            )
            and _NEW_CLAUSE.isdisjoint(inner)
        )

    def _joins(self, key: str) -> bool:
        return key in ",/-+–" or key in self._lexicon.either or key in self._lexicon.both

    def _is_modified(self, end: int) -> bool:
        modified = end < len(self._keys) and self._keys[end] in self._lexicon.modifiers
        return modified and not self._is_swept(end)
