"""What stands behind a symptom: a denial, or a question with its answer, as in the transcript of a call."""

from services.routing.triage.marking import SYMPTOM, Marking, ScopeWords, Status
from services.routing.triage.phrases import Hit
from services.routing.triage.writing import form_of, is_hard_stop

_QUESTION_REACH = 7  # words between a symptom and the "không?" that asks after it
_AFTER_REACH = 4
_WHERE = form_of("đâu")


class Asking:
    """Looks behind the symptoms of one text."""

    def __init__(self, marked: Marking, lexicon: ScopeWords) -> None:
        self._marked = marked
        self._keys = marked.keys
        self._forms = marked.forms
        self._lexicon = lexicon

    def status_after(self, hit: Hit) -> Status | None:
        """`sốt thì không`, `có khó thở không?` and the answer to it; None when nothing is said."""
        place = self._skip_list(hit.end)
        if place >= len(self._keys):
            return None
        name = self._marked.name_at(place)
        if name == "scope.over_after":
            return Status.NEGATED if self._keys[place] in self._lexicon.no else Status.PAST
        if name == "scope.negation":
            return self._denied_by(hit, self._marked.end_at(place)) or self._asked_further_on(hit)
        if self._forms[place] == _WHERE and self._was_asked(hit.start, place) and self._closes(place + 1):
            return Status.NEGATED  # `có sốt mô`, `có ho đâu`
        return self._asked_further_on(hit)

    def _denied_by(self, hit: Hit, after: int) -> Status | None:
        """What a "không" behind the hit does to it; `after` is the place behind that."""
        if self._closes(after):
            return self._answer_after(after) if self._was_asked(hit.start, after) else Status.NEGATED
        return Status.NEGATED if self._repeats(hit, after) else None  # `ho thì không ho`

    def _repeats(self, hit: Hit, place: int) -> bool:
        return place < len(self._keys) and self._marked.name_at(place) == hit.name

    def _skip_list(self, place: int) -> int:
        """Past words like "thì", "cũng" and the rest of a list of symptoms."""
        steps = 0
        while place < len(self._keys) and steps < _AFTER_REACH * 2:
            key = self._keys[place]
            name = self._marked.name_at(place)
            if name.startswith(SYMPTOM) and steps:
                place = self._marked.end_at(place)
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
        while place >= 0 and not self._marked.name_at(place) and self._keys[place] in self._lexicon.transparent:
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
        while place >= 0 and not self._marked.name_at(place) and self._keys[place] in self._lexicon.transparent:
            asked = asked or self._keys[place] == "co"
            place -= 1
        if not asked:
            return None
        for at in range(hit.end, min(hit.end + _QUESTION_REACH, len(self._keys))):
            if self._keys[at] == "," or is_hard_stop(self._keys[at]):
                return None
            if (
                self._marked.name_at(at) == "scope.negation"
                and self._closes(at + 1)
                and self._question_mark_by(at + 1)
            ):
                return self._answer_after(at + 1)
        return None
