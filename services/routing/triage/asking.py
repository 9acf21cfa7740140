"""What stands behind a symptom: a denial, or a question with its answer, as in the transcript of a call."""

from collections.abc import Sequence

from services.routing.triage.marking import SYMPTOM, Marking, ScopeWords, Status
from services.routing.triage.phrases import Hit
from services.routing.triage.writing import form_of, is_hard_stop

_ENDED_REACH = 10
_QUESTION_REACH = 7  # words between a symptom and the "không?" that asks after it
_AFTER_REACH = 4
_PAUSE = 2  # dots in a row
_LABELS = frozenset(":=-–(")  # `sốt: không`, `ho (có)`
_LIST_REACH = 40  # words; nobody's list is longer, and the work stays linear
_DENIALS = frozenset({"scope.negation", "scope.over", "scope.over_after"})
_REMAINS = "con"  # `đau họng mà nay không còn`
_THEN = "thi"
_HAVE = "co"
_STOP = "."
_POLITE = "da"  # `có ho không dạ không`: an answer begins
_MINUS, _DASH, _PLUS = ["(", "-", ")"], ["(", "–", ")"], ["(", "+", ")"]
_WHATEVER = frozenset({"gi", "chi"})
_WHERE = frozenset({form_of("đâu"), form_of("dau")})


class Asking:
    """Looks behind the symptoms of one text."""

    def __init__(self, marked: Marking, lexicon: ScopeWords) -> None:
        self._marked = marked
        self._keys = marked.keys
        self._forms = marked.forms
        self._lexicon = lexicon
        self._leading_marks = "(" in marked.keys and self._do_marks_lead()

    def status_after(self, hit: Hit) -> Status | None:
        """`sốt thì không`, `có khó thở không?` and the answer to it; None when nothing is said."""
        if self._is_minus(hit.start - len(_MINUS)) if self._leading_marks else self._is_marked_minus(hit.end):
            return Status.NEGATED
        place = self._skip_list(hit.end, having=self._keys[hit.start - 1 : hit.start] == [_HAVE])
        if place >= len(self._keys):
            return None
        return self._status_at(place, hit) or self._ended_further_on(hit) or self._denied_together(hit)

    def _status_at(self, place: int, hit: Hit) -> Status | None:
        name = self._marked.name_at(place)
        if name == "scope.over_after" or self._is_labelled_no(place) or self._is_answered_no(place):
            return Status.NEGATED
        if name == "scope.negation":
            return self._denied_by(hit, self._marked.end_at(place)) or self._asked_further_on(hit)
        where = self._skip_whatever(place)
        said_so = where > place or self._was_asked(hit.start, where)
        if self._forms[where] in _WHERE and said_so and self._closes(where + 1):
            return Status.NEGATED  # `có sốt mô`, `có ho đâu`, `sốt gì đâu`
        return self._asked_further_on(hit)

    def _denied_together(self, hit: Hit) -> Status | None:
        """`sốt, ho ĐỀU không có`, `sốt/ho: không`: what stands behind a list is said of all of it."""
        place = self._end_of_list(hit.end)
        while place < len(self._keys) and (self._marked.name_at(place) == "scope.person" or self._leads_on(place)):
            place += 1
        between = self._keys[hit.end : place]
        if place == len(self._keys) or self._lexicon.together.isdisjoint(between) or self._is_last_only(between):
            return None
        behind = self._marked.name_at(place) in _DENIALS and self._closes(self._marked.end_at(place))
        denied = behind and not self._question_mark_by(place)
        return Status.NEGATED if denied or self._is_labelled_no(place) else None

    def _is_last_only(self, between: Sequence[str]) -> bool:
        """`sốt với đau họng, khó thở THÌ không`: of what stands behind the last comma alone."""
        if _THEN not in between or "," not in between:
            return False
        last = len(between) - 1 - between[::-1].index(",")
        return self._lexicon.together.isdisjoint(between[last:])

    def _leads_on(self, place: int) -> bool:
        key = self._keys[place]
        known = self._lexicon.then | self._lexicon.summing
        return not self._marked.name_at(place) and (key in known or key in _LABELS)

    def _end_of_list(self, place: int) -> int:
        """Behind the last symptom that is joined to the one that ends at `place`."""
        end = at = place
        while at < min(len(self._keys), place + _LIST_REACH):
            key, name = self._keys[at], self._marked.name_at(at)
            if name.startswith(SYMPTOM):
                end = at = self._marked.end_at(at)
            elif not name and (key in ",/" or key in self._lexicon.both or key in self._lexicon.either):
                at += 1
            else:
                break
        return end

    def _is_marked_minus(self, place: int) -> bool:
        """As in a doctor's note: `sốt (-)`."""
        return self._is_minus(place + (self._keys[place : place + 1] == [":"]))

    def _is_minus(self, place: int) -> bool:
        return place >= 0 and self._keys[place : place + len(_MINUS)] in (_MINUS, _DASH)

    def _do_marks_lead(self) -> bool:
        """`(-) ho (+) đau họng`: two or more stand before a symptom, none behind one; the first opens a clause."""
        marks = [at for at in range(len(self._keys) - len(_MINUS)) if self._is_minus(at) or self._is_plus(at)]
        ahead = [at for at in marks if self._marked.name_at(at + len(_MINUS)).startswith(SYMPTOM)]
        behind = any(at and self._marked.name_at(at - 1).startswith(SYMPTOM) for at in {*marks} - {*ahead})
        opens = bool(ahead) and (ahead[0] == 0 or not self._keys[ahead[0] - 1][:1].isalnum())
        return len(ahead) > 1 and opens and not behind

    def _is_plus(self, place: int) -> bool:
        return self._keys[place : place + len(_PLUS)] == _PLUS

    def _is_answered_no(self, place: int) -> bool:
        """A question with a bare answer (`Sốt? Không.`)."""
        if self._keys[place] != "?":
            return False
        answer = place + 1
        leading = _LABELS | self._lexicon.saying | self._lexicon.then
        while answer < len(self._keys) and self._keys[answer] in leading:
            answer += 1
        return answer < len(self._keys) and self._keys[answer] in self._lexicon.no and self._closes(answer + 1)

    def _is_labelled_no(self, place: int) -> bool:
        """As in a list: `fever: no`."""
        labelled = self._keys[place - 1] in _LABELS and self._keys[place] in self._lexicon.no
        return labelled and (self._closes(place + 1) or self._is_number(place + 1))

    def _is_number(self, place: int) -> bool:
        """Of the next item: `1. sốt: không 2. ho: không`."""
        return self._keys[place].isdigit() and self._keys[place + 1 : place + 2] in ([_STOP], [")"])

    def _skip_whatever(self, place: int) -> int:
        """Past the word in `có ho GÌ đâu`."""
        following = place + 1 < len(self._keys)
        return place + 1 if following and self._keys[place] in _WHATEVER else place

    def _denied_by(self, hit: Hit, after: int) -> Status | None:
        """What a "không" behind the hit does to it; `after` is the place behind that."""
        if self._closes(after):
            return self._answer_after(after) if self._was_asked(hit.start, after) else Status.NEGATED
        if self._keys[after] == _THEN and self._was_asked(hit.start, after):
            return self._answer_after(after)  # `có sốt không THÌ dạ không`
        return Status.NEGATED if self._repeats(hit, after) else None  # `ho thì không ho`

    def _repeats(self, hit: Hit, place: int) -> bool:
        return place < len(self._keys) and self._marked.name_at(place) == hit.name

    def _asks_on(self, place: int) -> bool:
        """The question goes on: `có sốt, CÓ khó thở không?`."""
        return place < len(self._keys) and (
            self._keys[place] == _HAVE or self._marked.name_at(place).startswith(SYMPTOM)
        )

    def _skip_list(self, place: int, *, having: bool) -> int:
        """Past words like "thì", "cũng" and the rest of a list of symptoms: `CÓ sốt CÓ ho mô`."""
        steps = 0
        while place < len(self._keys) and steps < _AFTER_REACH * 2:
            key = self._keys[place]
            name = self._marked.name_at(place)
            if name.startswith(SYMPTOM):
                place = self._marked.end_at(place)
            elif not name and (key in self._lexicon.then or key in self._lexicon.either or key in _LABELS):
                place = self._behind_pause(place + 1) if key in self._lexicon.then else place + 1
            elif (having and key == _HAVE and self._asks_on(place + 1)) or self._is_whatever(place):
                place += 1
            else:
                return place
            steps += 1
        return place

    def _is_whatever(self, place: int) -> bool:
        """`ho sốt GÌ thì chưa có`, `sốt ho CHI không có`."""
        if self._keys[place] not in _WHATEVER or place + 1 == len(self._keys) or self._marked.name_at(place):
            return False
        end = self._marked.end_at(place + 1) if self._marked.name_at(place + 1) == "scope.negation" else 0
        return self._keys[place + 1] == _THEN or (end > 0 and self._keys[end - 1] == _HAVE)

    def _behind_pause(self, place: int) -> int:
        """A caller stops to think: `sốt thì... dạ không`."""
        after = place
        while self._keys[after : after + 1] == [_STOP]:
            after += 1
        return after if after - place >= _PAUSE else place

    def _ended_further_on(self, hit: Hit) -> Status | None:
        """`tức ngực mà giờ hết rồi`, `đau bụng, nghỉ một lát thì hết`: it is over by the end of the sentence."""
        for place in range(hit.end, min(hit.end + _ENDED_REACH, len(self._keys))):
            name = self._marked.name_at(place)
            if is_hard_stop(self._keys[place]) or name.startswith(SYMPTOM):
                return None
            gone = name in {"scope.over_after", "scope.over"} or (
                name == "scope.negation" and self._keys[self._marked.end_at(place) - 1] == _REMAINS
            )
            if gone and self._ends(hit, place):
                return Status.NEGATED
        return None

    def _ends(self, hit: Hit, place: int) -> bool:
        """Not "hết" in passing: behind "thì" or "giờ", or in full of the symptom, and of nothing that follows."""
        end = self._marked.end_at(place)
        follows = self._marked.name_at(end) if end < len(self._keys) else ""
        if follows.startswith(SYMPTOM):
            return False
        before = self._keys[place - 1]
        full = end - place > 1 and self._speaks_of_symptom(place - 1)
        return (full or before in self._lexicon.ending) and place > hit.end and self._closes(end)

    def _speaks_of_symptom(self, before: int) -> bool:
        """Not `thở rít, BÌNH XỊT hết rồi`."""
        key, lexicon = self._keys[before], self._lexicon
        return (
            not key[:1].isalnum()
            or any(key in each for each in (lexicon.ending, lexicon.lasting, lexicon.transparent, lexicon.contrast))
            or self._marked.name_at(before) in {"scope.person", "scope.now"}
        )

    def _closes(self, place: int) -> bool:
        """Nothing more is denied after `place`: the clause ends, or only particles follow."""
        keys = self._keys
        return place >= len(keys) or not keys[place][:1].isalnum() or keys[place] in self._lexicon.trailing

    def _was_asked(self, start: int, end: int) -> bool:
        place = start - 1
        while place >= 0 and not self._marked.name_at(place) and self._keys[place] in self._lexicon.transparent:
            if self._keys[place] == _HAVE:
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
        while place < len(keys) and not is_hard_stop(keys[place]) and not self._answers(place):
            place += 1
        answer = [key for key in keys[place : place + 7] if key[:1].isalnum()][:3]
        if any(key in self._lexicon.no for key in answer):
            return Status.NEGATED
        if any(key in self._lexicon.yes for key in answer):
            return Status.ASSERTED
        return Status.SUPPOSED

    def _answers(self, place: int) -> bool:
        """`dạ …`, `em NÓI không`."""
        if self._keys[place] == _POLITE:
            return True
        said = self._keys[place] in self._lexicon.saying and place + 1 < len(self._keys)
        return said and self._keys[place + 1] in self._lexicon.no | self._lexicon.yes

    def _asked_further_on(self, hit: Hit) -> Status | None:
        """`có bị ho hay khó thở gì không ạ?`: the question word stands a few words on."""
        place = hit.start - 1
        asked = False
        while place >= 0 and not self._marked.name_at(place) and self._keys[place] in self._lexicon.transparent:
            asked = asked or self._keys[place] == _HAVE
            place -= 1
        if not asked:
            return None
        for at in range(hit.end, min(hit.end + _QUESTION_REACH, len(self._keys))):
            if is_hard_stop(self._keys[at]) or (self._keys[at] == "," and not self._asks_on(at + 1)):
                return None
            if (
                self._marked.name_at(at) == "scope.negation"
                and self._closes(at + 1)
                and (self._question_mark_by(at + 1) or self._answer_after(at + 1) is Status.NEGATED)
            ):
                return self._answer_after(at + 1)
        return None
