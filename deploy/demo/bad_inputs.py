"""What should not come but does: broken, hostile and mistaken input, each with the answers that will do."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from random import Random

from deploy.demo.actions import Action, ActionKind, BadInput, Call, Expectation, Good, Pass, Report
from deploy.demo.hours import CITIZENS, moment
from deploy.demo.scene import Scene

_UNPROCESSABLE = frozenset({400, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaw:
    """A way to be wrong. `body` is a whole request; `field` of a good one takes the JSON text `value`."""

    name: str
    of: ActionKind = ActionKind.REPORT
    body: Callable[[], bytes] | None = None
    coding: str | None = None
    content_type: str = "application/json"
    field: str | None = None
    value: str | None = None
    statuses: frozenset[int] = _UNPROCESSABLE


@cache
def _ten_megabytes() -> bytes:
    return b'{"words": "' + b"a" * 10_000_000 + b'"}'


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * 50_000_000, mtime=0)


def _body(name: str, body: bytes, *statuses: int) -> _Flaw:
    return _Flaw(name=name, body=lambda: body, statuses=frozenset(statuses or (400, 422)))


def _field(name: str, of: ActionKind, field: str, value: str) -> _Flaw:
    return _Flaw(name=name, of=of, field=field, value=value)


_BODIES = (
    _body("not_json", '{"words": "thiếu ngoặc"'.encode(), 400),
    _body("empty_body", b""),
    _body("utf16_body", '{"words": "xin chào"}'.encode("utf-16"), 400),
    _body("not_a_number", b'{"latitude": NaN}'),
    _body("infinity", b'{"latitude": 1e999}'),
    _body("double_key", b'{"words": "a", "words": "b"}'),
    _body("deep_nesting", b"[" * 5000 + b"]" * 5000),
    _body("lone_surrogate", b'{"words": "\\ud800"}'),
    _Flaw(name="ten_megabytes", body=_ten_megabytes, statuses=frozenset({413})),
    _Flaw(name="gzip_bomb", body=_bomb, coding="gzip", statuses=frozenset({400, 413, 415})),
    _Flaw(
        name="picture_as_report",
        body=lambda: b"\x89PNG\r\n",
        content_type="image/png",
        statuses=frozenset({400, 415}),
    ),
)

_FIELDS = (
    _field("unknown_kind", ActionKind.REPORT, "kind", '"volcano"'),
    _field("empty_words", ActionKind.REPORT, "words", '"   "'),
    _field("endless_words", ActionKind.REPORT, "words", json.dumps("dài " * 5000)),
    _field("nul_in_words", ActionKind.REPORT, "words", '"a\\u0000b"'),
    _field("control_character", ActionKind.REPORT, "words", '"a\\u0007b"'),
    _field("right_to_left_override", ActionKind.REPORT, "words", '"abc\\u202ecba"'),
    _field("operator_as_words", ActionKind.REPORT, "words", '{"$gt": ""}'),
    _field("operator_as_kind", ActionKind.REPORT, "kind", '{"$ne": null}'),
    _field("number_as_words", ActionKind.REPORT, "words", "7"),
    _field("outside_vietnam", ActionKind.REPORT, "latitude", "48.8566"),
    _field("swapped_coordinates", ActionKind.REPORT, "latitude", "107.59"),
    _field("text_as_latitude", ActionKind.REPORT, "latitude", '"16.46"'),
    _field("unknown_ward", ActionKind.REPORT, "ward", '"atlantis"'),
    _field("unknown_kind_of_call", ActionKind.CALL, "report_kind", '"volcano"'),
    _field("operator_as_phone", ActionKind.CALL, "caller.phone", '{"$regex": ".*"}'),
    _field("letters_as_phone", ActionKind.CALL, "caller.phone", '"khong co so"'),
    _field("unknown_post", ActionKind.PASS, "post", '"nowhere"'),
    _field("unknown_direction", ActionKind.PASS, "direction", '"sideways"'),
    _field("truth_as_lane", ActionKind.PASS, "lane", "true"),
    _field("ancient_pass", ActionKind.PASS, "happened_at", '"0001-01-01T00:00:00Z"'),
    _field("pass_of_next_century", ActionKind.PASS, "happened_at", '"2126-01-01T00:00:00Z"'),
    _field("boiling_traveller", ActionKind.PASS, "people.0.temperature", "98.6"),
    _field("operator_as_plate", ActionKind.PASS, "plate", '{"$gt": ""}'),
    _field("empty_plate", ActionKind.PERMIT, "plate", '"  "'),
    _field("permit_without_end", ActionKind.PERMIT, "ends", "null"),
    _field("permit_that_ends_before_it_starts", ActionKind.PERMIT, "ends", '"2001-01-01T00:00:00Z"'),
    _field("unknown_severity", ActionKind.ALERT, "severity", '"apocalyptic"'),
    _field("alert_without_words", ActionKind.ALERT, "text_vi", '""'),
    _field("unknown_field", ActionKind.REPORT, "assigned_to", '"me"'),
    _field("task_of_nobody", ActionKind.AGENCY_ANSWER, "report", '"00000000-0000-7000-8000-000000000000"'),
    _field("unknown_step", ActionKind.AGENCY_ANSWER, "step", '"explode"'),
)

_OTHER_CONTENT = (
    _Flaw(name="same_key_other_report", of=ActionKind.REPORT, statuses=frozenset({409})),
    _Flaw(name="same_key_other_pass", of=ActionKind.PASS, statuses=frozenset({409})),
)


def plan_bad_inputs(scene: Scene, count: int, good: Iterable[Action]) -> list[Action]:
    """`count` refusals: every flaw once, in a random order, before any comes again."""
    rng = scene.source("bad inputs")
    bases = _by_kind(good)
    made: list[Action] = []
    flaws: list[_Flaw] = []
    while len(made) < count:
        if not flaws:
            flaws = [flaw for flaw in (*_BODIES, *_FIELDS, *_OTHER_CONTENT) if flaw.of in bases]
            rng.shuffle(flaws)
        made.append(_refused(scene, rng, len(made), flaws.pop(), bases))
    return made


def _by_kind(good: Iterable[Action]) -> Mapping[ActionKind, Sequence[Action]]:
    """What a flaw can be put into: accepted things that have words."""
    bases: dict[ActionKind, list[Action]] = {}
    for action in good:
        if not (isinstance(action.payload, Call) and action.payload.missed):
            bases.setdefault(action.kind, []).append(action)
    return bases


def _refused(
    scene: Scene, rng: Random, number: int, flaw: _Flaw, bases: Mapping[ActionKind, Sequence[Action]]
) -> Action:
    base = rng.choice(bases[flaw.of])
    assert isinstance(base.payload, Good)  # noqa: S101 - flaws are made of these kinds only
    bad = BadInput(
        of=flaw.of,
        flaw=flaw.name,
        base=base.payload,
        raw=flaw.body() if flaw.body else None,
        content_type=flaw.content_type,
        content_encoding=flaw.coding,
        field=flaw.field,
        value=flaw.value,
    )
    if flaw in _OTHER_CONTENT:
        bad = replace(bad, base=_changed(bad.base), other_content_of=base.key)
    at = moment(rng, CITIZENS, after=base.at + timedelta(minutes=1))
    return Action(
        key=bad.other_content_of or scene.key("bad", number),
        at=at,
        kind=ActionKind.BAD_INPUT,
        payload=bad,
        expect=Expectation(accepted=False, statuses=flaw.statuses),
    )


def _changed(base: Good) -> Good:
    """The same record with other content, which its key may not be used for."""
    if isinstance(base, Report):
        return replace(base, words="Nội dung khác dưới cùng một mã.")
    if isinstance(base, Pass):
        return replace(base, direction="leave" if base.direction == "enter" else "enter")
    return base
