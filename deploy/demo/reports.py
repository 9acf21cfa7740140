"""Citizens' reports and calls to the hotline."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from deploy.demo.actions import Action, ActionKind, Call, Expectation, Outcome, Person, Report
from deploy.demo.chance import chance, draw
from deploy.demo.hours import CITIZENS, moment
from deploy.demo.scene import Scene
from deploy.demo.slots import Slots
from deploy.demo.spelling import bare
from deploy.demo.words import Template, Written, templates, write
from shared.profile import Kind, Ward

_KINDS: dict[Kind, int] = {
    "suspected_infection": 34,
    "medical_support": 18,
    "violation": 17,
    "question": 16,
    "misinformation": 9,
    "education_support": 6,
}
_CONFIDENTIAL: dict[Kind, float] = {"violation": 0.5, "misinformation": 0.15}
_ANONYMOUS: dict[Kind, float] = {"violation": 0.25, "misinformation": 0.2, "question": 0.2}
_SIMILAR = 0.05
_OUTCOMES: dict[Kind, tuple[Outcome, ...]] = {
    "suspected_infection": ("screening", "isolation"),
    "medical_support": ("treatment", "counselling"),
    "violation": ("other",),
    "question": ("counselling",),
    "misinformation": ("counselling", "other"),
    "education_support": ("counselling", "other"),
}
_SIGNS: dict[str, tuple[str, ...]] = {
    "cannot_breathe": ("kho tho", "tho rat kho", "khong tho", "tho khong noi", "tho khong duoc", "can't breathe"),
    "blue_lips": ("moi tim", "tim moi", "tim tai", "lips are blue"),
    "unconscious": ("bat tinh", "khong tinh", "xiu", "keu khong day", "lo mo", "unconscious"),
    "convulsion": ("co giat",),
    "chest_pain": ("dau nguc", "chest pain"),
    "heavy_bleeding": ("ra mau rat nhieu", "mau chay nhieu"),
}
_MISSED = 0.1
_PRANK = 0.05
_OPERATORS = 8


def plan_reports(scene: Scene, count: int) -> list[Action]:
    """`count` reports, one in twenty of them about what another one has told already."""
    rng = scene.source("reports")
    made: list[Action] = []
    for number in range(count):
        told = rng.choice(made) if made and chance(rng, _SIMILAR) else None
        made.append(_similar(scene, rng, number, told) if told else _report(scene, rng, number))
    return made


def plan_calls(scene: Scene, count: int) -> list[Action]:
    rng = scene.source("calls")
    return [_call(scene, rng, number) for number in range(count)]


def _report(scene: Scene, rng: Random, number: int) -> Action:
    kind = draw(rng, _KINDS)
    template = rng.choice([t for t in templates(kind) if t.style != "call"])
    at = moment(rng, CITIZENS)
    ward, said = scene.ward(rng)
    reporter = scene.people.somebody(ward=ward.id)
    written, slots = _write(scene, rng, template, at, reporter, ward, said)
    report = _as_report(rng, kind, template, written, slots, reporter, ward, said)
    expect = replace(_expected(template, written), call_115=bool(report.severe_signs))
    return _planted_report(scene, number, at, report, expect)


def _similar(scene: Scene, rng: Random, number: int, told: Action) -> Action:
    """Another neighbour tells the same a little later, in nearly the same words."""
    first = told.payload
    assert isinstance(first, Report)  # noqa: S101 - plan_reports makes nothing else
    later = told.at + timedelta(minutes=rng.randrange(2, 45))
    report = replace(
        first,
        words=f"{rng.choice(('Như nhà bên đã báo:', 'Em cũng báo thêm:', 'Tui cũng thấy rứa:'))} {first.words}",
        reporter=scene.people.somebody(ward=first.ward) if first.reporter else None,
        similar_to=told.key,
    )
    return _planted_report(scene, number, min(later, timedelta(hours=24)), report, told.expect)


def _planted_report(scene: Scene, number: int, at: timedelta, report: Report, expect: Expectation) -> Action:
    for person in (report.reporter, report.subject):
        if person is not None:
            scene.planter.person(person)
    if report.plate is not None:
        scene.planter.in_field("plate", report.plate)
    return Action(key=scene.key("report", number), at=at, kind=ActionKind.REPORT, payload=report, expect=expect)


def _as_report(
    rng: Random,
    kind: Kind,
    template: Template,
    written: Written,
    slots: Slots,
    reporter: Person,
    ward: Ward,
    said: str,
) -> Report:
    is_anonymous = chance(rng, _ANONYMOUS.get(kind, 0.02))
    has_place = chance(rng, 0.7)  # the others do not let the page see where they are
    return Report(
        kind=kind,
        words=written.words,
        style=written.style,
        language="en" if template.style == "english" else "vi",
        channel="page" if chance(rng, 0.2) else "api",  # pages are slower to play
        reporter=None if is_anonymous else reporter,
        confidential=not is_anonymous and chance(rng, _CONFIDENTIAL.get(kind, 0.03)),
        subject=slots.other,
        ward=ward.id,
        ward_said=said,
        latitude=round(ward.latitude + rng.uniform(-0.008, 0.008), 5) if has_place else None,
        longitude=round(ward.longitude + rng.uniform(-0.008, 0.008), 5) if has_place else None,
        plate=slots.told_plate,
        severe_signs=_ticked(template, rng),
    )


def _ticked(template: Template, rng: Random) -> tuple[str, ...]:
    """Half of those in danger tick the boxes of what they tell."""
    if template.urgency != "emergency" or not chance(rng, 0.5):
        return ()
    text = bare(template.text).lower()
    return tuple(sign for sign, words in _SIGNS.items() if any(word in text for word in words))


def _write(
    scene: Scene,
    rng: Random,
    template: Template,
    at: timedelta,
    reporter: Person,
    ward: Ward,
    said: str,
) -> tuple[Written, Slots]:
    slots = Slots(
        rng=rng,
        profile=scene.profile,
        moment=scene.when(at),
        people=scene.people,
        plates=scene.plates,
        reporter=reporter,
        ward=ward,
        ward_said=said,
    )
    written = write(template, slots, rng)
    for kind, value, spelling in written.personal:
        scene.planter.in_words(kind, value, spelling)
    return written, slots


def _expected(template: Template, written: Written) -> Expectation:
    """A slip may hide the very word that counts, so nothing is certain of such a text."""
    if written.slipped:
        return Expectation()
    return Expectation(agencies=template.agencies, urgency=template.urgency)


def _call(scene: Scene, rng: Random, number: int) -> Action:
    at = moment(rng, CITIZENS)
    ward, said = scene.ward(rng)
    caller = scene.people.somebody(ward=ward.id)
    scene.planter.person(caller)
    key = scene.key("call", number)
    if chance(rng, _MISSED):
        call = _missed(rng, caller, ward, said)
        return Action(key=key, at=at, kind=ActionKind.CALL, payload=call)
    kind = _draw_concern(rng)
    template = rng.choice(
        [t for t in templates(kind or "prank") if kind is None or t.style in {"call", "hue", "plain"}]
    )
    written, _ = _write(scene, rng, template, at, caller, ward, said)
    call = Call(
        caller=caller,
        operator=rng.randrange(1, _OPERATORS + 1),
        waited=timedelta(seconds=int(rng.expovariate(1 / 14))),
        talked=timedelta(seconds=40 + int(rng.expovariate(1 / 150))),
        missed=False,
        outcome="prank" if kind is None else rng.choice(_OUTCOMES[kind]),
        report_kind=kind,
        words=written.words,
        style=written.style,
        ward=ward.id,
        ward_said=said,
    )
    return Action(key=key, at=at, kind=ActionKind.CALL, payload=call, expect=_expected(template, written))


def _draw_concern(rng: Random) -> Kind | None:
    """What a caller wants; None for a prank."""
    kind: Kind = draw(rng, _KINDS)
    return None if chance(rng, _PRANK) else kind


def _missed(rng: Random, caller: Person, ward: Ward, said: str) -> Call:
    return Call(
        caller=caller,
        operator=rng.randrange(1, _OPERATORS + 1),
        waited=timedelta(seconds=30 + int(rng.expovariate(1 / 60))),
        talked=timedelta(0),
        missed=True,
        outcome=None,
        report_kind=None,
        words="",
        style="",
        ward=ward.id,
        ward_said=said,
    )
