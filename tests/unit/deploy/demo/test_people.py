"""Invented people have real-looking names and numbers that every door accepts."""

import re
from datetime import date
from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.people import People, Plates
from shared.text import read_cccd, read_phone, read_plate
from tests.unit.deploy.demo.days import hue

TODAY = date(2026, 11, 22)
seeds = st.integers(min_value=0, max_value=2**64)


@given(seed=seeds)
def test_a_phone_is_valid_in_vietnam_and_carries_the_mark_of_the_invented(seed: int) -> None:
    phone = People(Random(seed), hue(), TODAY).somebody().phone
    assert phonenumbers.is_valid_number(phonenumbers.parse(phone, "VN"))
    assert read_phone(phone) == f"+84{phone[1:]}"
    assert phone[3:6] == "000"


@given(seed=seeds)
def test_an_identity_number_agrees_with_sex_and_year_of_birth(seed: int) -> None:
    person = People(Random(seed), hue(), TODAY).somebody()
    assert read_cccd(person.cccd, TODAY.year) == person.cccd
    century = int(person.cccd[3])
    assert (century % 2 == 1) == (person.sex == "female")
    assert (20 if century >= 2 else 19) * 100 + int(person.cccd[4:6]) == person.born.year
    assert person.cccd[6:8] == "99"


@given(seed=seeds)
def test_a_name_has_four_words_or_more_in_capitals(seed: int) -> None:
    name = People(Random(seed), hue(), TODAY).somebody().name
    assert len(name.split()) >= 4
    assert all(word[0].isupper() and word[1:].islower() for word in name.split() if len(word) > 1)


@given(seed=seeds, youngest=st.integers(min_value=1, max_value=60))
def test_people_are_of_the_age_asked_for(seed: int, youngest: int) -> None:
    person = People(Random(seed), hue(), TODAY).somebody(ages=(youngest, youngest + 10))
    assert youngest <= (TODAY - person.born).days / 365.2 <= youngest + 10


def test_nobody_shares_a_name_or_a_number() -> None:
    people = People(Random(1), hue(), TODAY)
    many = [people.somebody() for _ in range(5000)]
    assert len({person.name for person in many}) == 5000
    assert len({person.phone for person in many}) == 5000
    assert len({person.cccd for person in many}) == 5000


@pytest.mark.parametrize("vehicle", ["motorbike", "car", "coach", "lorry", "tractor", "trailer"])
def test_a_plate_has_a_known_form(vehicle: str) -> None:
    plates = Plates(Random(1), hue())
    for _ in range(200):
        plate = plates.of(vehicle)
        assert read_plate(plate).known_form, plate
        assert re.fullmatch(r"\d{2}[A-Z]\d?-\d{3}\.\d{2}", plate)


def test_most_plates_are_hues_own() -> None:
    plates = Plates(Random(1), hue())
    own = [plates.of("motorbike").startswith("75") for _ in range(400)]
    assert 0.65 < sum(own) / len(own) < 0.85


def test_an_odd_plate_is_still_read() -> None:
    plates = Plates(Random(1), hue())
    assert all(read_plate(plates.odd()).plate for _ in range(100))
