"""Everything personal in a day is accounted for, and can be found again wherever it leaks to."""

import json
from collections.abc import Iterator

import pytest

from deploy.demo.actions import Action, ActionKind, Call, Canary, Pass, Permit, Person, Report, Watch
from deploy.demo.planted_search import PlantedSearch
from deploy.demo.spelling import bare, compact_plate
from tests.unit.deploy.demo.days import busy_day


def planted(kind: str) -> set[str]:
    return {canary.value for canary in busy_day().planted if canary.kind == kind}


def people_of(action: Action) -> Iterator[Person]:
    match action.payload:
        case Report(reporter=reporter, subject=subject):
            yield from (person for person in (reporter, subject) if person is not None)
        case Call(caller=caller):
            yield caller
        case Permit(holder=holder):
            yield holder
        case Pass(people=people):
            yield from (traveller.person for traveller in people)


def test_every_person_in_a_field_is_planted() -> None:
    names, phones, cccds, emails = (planted(kind) for kind in ("name", "phone", "cccd", "email"))
    for action in busy_day().actions:
        for person in people_of(action):
            assert person.name in names
            assert person.phone in phones
            assert person.cccd in cccds
            assert person.email in emails


def test_every_plate_in_a_field_is_planted() -> None:
    plates = planted("plate")
    for action in busy_day().actions:
        for plate in (getattr(action.payload, "plate", None), getattr(action.payload, "trailer", None)):
            assert plate is None or compact_plate(plate) in plates


def test_every_watched_value_is_planted() -> None:
    for action in busy_day().of(ActionKind.WATCH):
        assert isinstance(action.payload, Watch)
        value = compact_plate(action.payload.value) if action.payload.by == "plate" else action.payload.value
        assert value in planted(action.payload.by)


def test_every_kind_is_planted_in_fields_and_inside_sentences() -> None:
    for kind in ("name", "phone", "cccd", "plate", "email"):
        canaries = [canary for canary in busy_day().planted if canary.kind == kind]
        assert any(canary.in_fields for canary in canaries)
        assert any(canary.in_words for canary in canaries)


def test_no_canary_is_listed_twice() -> None:
    values = [(canary.kind, canary.value) for canary in busy_day().planted]
    assert len(set(values)) == len(values)


def test_the_search_finds_every_spelling_of_every_canary() -> None:
    search = PlantedSearch(busy_day().planted)
    for canary in busy_day().planted:
        for spelling in canary.spellings:
            assert canary in search.found_in(f"x: {spelling}, y"), (canary, spelling)


def test_the_search_finds_what_the_texts_say_and_nothing_unplanted() -> None:
    search = PlantedSearch(busy_day().planted)
    for action in busy_day().of(ActionKind.REPORT)[:300]:
        assert isinstance(action.payload, Report)
        for canary in search.found_in(action.payload.words):
            assert canary.in_words


@pytest.mark.parametrize(
    ("kind", "value", "leaked"),
    [
        ("name", "Tôn Nữ Đan Hiền", '{"who": "T\\u00f4n N\\u1eef \\u0110an Hi\\u1ec1n"}'),
        ("name", "Tôn Nữ Đan Hiền", "caller=TON NU DAN HIEN\\n"),
        ("phone", "0905000123", "to +84905000123"),
        ("phone", "0905000123", "84905000123"),
        ("cccd", "046090991234", "id\\n046090991234"),
        ("plate", "75F123456", "plate 75f1-234.56 seen"),
        ("plate", "TM1234", "lorry TM-1234"),
        ("email", "a.b.0123@thu.example", "<A.B.0123@thu.example>"),
    ],
)
def test_a_leak_is_found_in_any_coat(kind: str, value: str, leaked: str) -> None:
    odd = ("TM-1234",) if value == "TM1234" else (value,)
    canary = Canary(kind=kind, value=value, spellings=odd, in_fields=True, in_words=False)  # type: ignore[arg-type]
    assert PlantedSearch([canary]).found_in(leaked) == (canary,)


@pytest.mark.parametrize(
    "innocent",
    [
        "019a75f1-2345-7c11-8046-090991234000",
        "1763890500012",
        "9f75f1234560905000123aa",
        "Tôn Nữ Đan",
        "046-090991234-5",
    ],
)
def test_ids_and_digests_are_no_leak(innocent: str) -> None:
    canaries = [
        Canary(kind="name", value="Tôn Nữ Đan Hiền", spellings=(), in_fields=True, in_words=False),
        Canary(kind="phone", value="0905000123", spellings=(), in_fields=True, in_words=False),
        Canary(kind="cccd", value="046090991234", spellings=(), in_fields=True, in_words=False),
        Canary(kind="plate", value="75F123456", spellings=(), in_fields=True, in_words=False),
    ]
    assert PlantedSearch(canaries).found_in(innocent) == ()


def test_no_planted_name_stands_in_what_is_public_anyway() -> None:
    """Else a privacy test would cry wolf over a ward, a street or an alert."""
    search = PlantedSearch(busy_day().planted)
    alerts = [action.payload for action in busy_day().of(ActionKind.ALERT)]
    assert search.found_in(json.dumps([str(alert) for alert in alerts], ensure_ascii=False)) == ()
    assert all(len(bare(canary.value).split()) >= 4 for canary in busy_day().planted if canary.kind == "name")
