"""The Huế profile is whole, and a mistake in a profile is shown where it stands."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.located_yaml import LocatedYaml, read_located
from shared.profile import KINDS, URGENCIES, Profile, ProfileInvalid, load_profile, loading

HUE = Path(__file__).resolve().parents[3] / "profiles" / "hue"


@cache
def load_cached() -> Profile:
    return load_profile(HUE)


@pytest.fixture
def hue() -> Profile:
    return load_cached()


@cache
def read_original(name: str) -> LocatedYaml:
    """Parsing is the slow part, and all files but one are the same in every test."""
    return read_located(HUE / name)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of one's own to spoil."""

    def read(path: Path) -> LocatedYaml:
        is_original = path.exists() and path.read_bytes() == (HUE / path.name).read_bytes()
        return replace(read_original(path.name), path=path) if is_original else read_located(path)

    monkeypatch.setattr(loading, "read_located", read)
    for file in HUE.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def spoil(folder: Path, name: str, old: str, new: str) -> str:
    """Replace the first `old` in a file and return the one problem that loading then names."""
    file = folder / f"{name}.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(folder)
    assert len(caught.value.problems) == 1, caught.value.problems
    return caught.value.problems[0]


def line_of(folder: Path, name: str, words: str) -> int:
    lines = (folder / f"{name}.yaml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_hue_has_its_forty_wards_and_six_agencies(hue: Profile) -> None:
    assert len(hue.wards) == 40
    assert {agency.id for agency in hue.agencies} == {
        "cdc",
        "police",
        "hospital",
        "checkpoint",
        "information-desk",
        "education",
    }
    assert len(hue.teams) == 23


def test_hue_is_reached_under_its_hotline(hue: Profile) -> None:
    assert (hue.province.code, hue.province.hotline, hue.province.emergency) == ("46", "19001075", "115")
    assert hue.province.zone.key == "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("said", "ward"),
    [
        ("Vỹ Dạ", "vy-da"),
        ("VĨ DẠ", "vy-da"),
        ("p. vi da", "vy-da"),
        ("Phường Đúc", "thuan-hoa"),
        ("thị trấn Sịa", "quang-dien"),
        ("Thủy Xuân", "thuy-xuan"),
        ("Thuỷ Xuân", "thuy-xuan"),
        ("Phú Vinh", "phu-vinh"),
        ("xã Phú Vinh, huyện A Lưới", "a-luoi-3"),
        ("Hương Phong, A Lưới", "a-luoi-4"),
        ("Phú Xuân", "phu-xuan"),
        ("xã Phú Xuân", "phu-ho"),
        ("tt Lăng Cô", "chan-may-lang-co"),
    ],
)
def test_a_ward_is_found_by_what_people_call_it(hue: Profile, said: str, ward: str) -> None:
    found = hue.ward_named(said)
    assert found is not None
    assert found.id == ward


@pytest.mark.parametrize("said", ["", ",", "Hương Xuân", "Bến Thành", "phường"])
def test_a_name_that_means_no_one_ward_finds_none(hue: Profile, said: str) -> None:
    assert hue.ward_named(said) is None


def test_every_ward_is_found_by_its_own_title(hue: Profile) -> None:
    assert [hue.ward_named(ward.title.vi) for ward in hue.wards] == list(hue.wards)


@given(text=st.text(max_size=60))
def test_any_text_can_be_asked_for(text: str) -> None:
    load_cached().ward_named(text)


def test_an_area_is_in_force_from_its_midnight_until_the_midnight_it_ends(hue: Profile) -> None:
    area = hue.area("gia-lai")
    assert area.until is not None
    moment = timedelta(milliseconds=1)
    assert area not in hue.areas_at(area.since - moment)
    assert area in hue.areas_at(area.since)
    assert area in hue.areas_at(area.until - moment)
    assert area not in hue.areas_at(area.until)


def test_the_areas_of_the_triage_policy_are_in_force_now(hue: Profile) -> None:
    ids = {area.id for area in hue.areas_at(datetime(2026, 11, 23, tzinfo=UTC))}
    assert ids == {
        "ho-chi-minh-city",
        "binh-duong",
        "dong-nai",
        "da-nang",
        "ha-noi",
        "hai-duong",
        "bac-ninh",
        "bac-giang",
        "ha-loi",
    }


def test_every_kind_and_urgency_has_an_answer_that_says_by_when(hue: Profile) -> None:
    for kind in KINDS:
        for urgency in URGENCIES:
            step = hue.answer(kind, urgency)
            assert any(figure in step.next_step.vi for figure in "123456789")
            assert any(figure in step.next_step.en for figure in "123456789")


@pytest.mark.parametrize("kind", ["suspected_infection", "medical_support"])
def test_an_emergency_of_the_body_is_told_to_call_115(hue: Profile, kind: str) -> None:
    step = hue.answer(kind, "emergency")
    assert step.call_emergency
    assert "115" in step.next_step.vi
    assert "115" in step.next_step.en


def test_national_day_is_a_holiday_and_the_day_after_tomorrow_of_it_is_not(hue: Profile) -> None:
    assert hue.is_holiday(date(2026, 9, 2))
    assert not hue.is_holiday(date(2026, 9, 4))


def test_an_unknown_id_is_a_key_error(hue: Profile) -> None:
    with pytest.raises(KeyError):
        hue.agency("fire-brigade")


def test_a_wrong_type_is_named_with_file_line_and_field(copy: Path) -> None:
    line = line_of(copy, "posts", "lanes: 2")
    problem = spoil(copy, "posts", "lanes: 2", "lanes: two")
    assert problem.startswith(f"{copy / 'posts.yaml'}:{line}:")
    assert "posts.0.lanes" in problem


def test_a_field_nobody_knows_is_named(copy: Path) -> None:
    assert "agencies.0.shrt" in spoil(copy, "agencies", "    short:", "    shrt: {vi: x, en: x}\n    short:")


def test_swapped_coordinates_are_named(copy: Path) -> None:
    problem = spoil(copy, "wards", "latitude: 16.555", "latitude: 107.640")
    assert "wards.0.latitude" in problem


def test_a_ward_that_is_not_there_is_named(copy: Path) -> None:
    problem = spoil(copy, "posts", "ward: hung-loc", "ward: hung-lok")
    assert "posts.2.ward" in problem
    assert "hung-lok" in problem


def test_an_id_given_twice_is_named_at_both_places(copy: Path) -> None:
    file = copy / "teams.yaml"
    file.write_text(file.read_text("utf-8").replace("team-02", "team-01"), "utf-8")
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(copy)
    assert [problem.split(": ")[1] for problem in caught.value.problems] == ["teams.0.id", "teams.1.id"]


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("agencies", "next: hospital", "next: cdc", "no other agency"),
        (
            "agencies",
            "{acknowledge: 5, update: 30, resolve: 240}",
            "{acknowledge: 50, update: 30, resolve: 240}",
            "≤",
        ),
        ("agencies", "kinds: [education_support]", "kinds: []", "nobody handles 'education_support'"),
        ("areas", "until: 2026-03-01", "until: 2025-03-01", "later than"),
        ("province", "timezone: Asia/Ho_Chi_Minh", "timezone: Asia/Hue", "no time zone"),
        ("hospitals", "latitude: 16.4625", "latitude: 10.4625", "outside the province"),
        ("watchlist", "source: police", "source: polis", "no agency 'polis'"),
        ("holidays", "format: 1", "format: 2", "reads format 1"),
    ],
)
def test_a_rule_that_is_broken_is_named(copy: Path, name: str, old: str, new: str, reason: str) -> None:
    assert reason in spoil(copy, name, old, new)


def test_a_missing_answer_and_a_double_one_are_both_named(copy: Path) -> None:
    file = copy / "answers.yaml"
    file.write_text(file.read_text("utf-8").replace("urgency: low", "urgency: normal", 1), "utf-8")
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(copy)
    assert ["2 answers" in caught.value.problems[0], "0 answers" in caught.value.problems[1]] == [True, True]


def test_a_key_given_twice_is_named(copy: Path) -> None:
    assert "province.yaml:" in spoil(copy, "province", "  id: hue", "  id: hue\n  id: hue2")


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "teams.yaml").unlink()
    with pytest.raises(ProfileInvalid, match=r"teams\.yaml:1:1: cannot be read"):
        load_profile(copy)


def test_a_file_that_is_not_text_is_named(copy: Path) -> None:
    (copy / "teams.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileInvalid, match=r"teams\.yaml:1:1: is not UTF-8"):
        load_profile(copy)


@pytest.mark.parametrize(
    "content", ["", "[]", "teams", "{format: 1}", "{format: 1, teams: 7}", "a: b: c", "\x00", "- {"]
)
def test_a_file_of_another_shape_is_refused_with_its_name(copy: Path, content: str) -> None:
    (copy / "teams.yaml").write_text(content, "utf-8")
    with pytest.raises(ProfileInvalid, match=r"teams\.yaml:\d+:\d+: "):
        load_profile(copy)
