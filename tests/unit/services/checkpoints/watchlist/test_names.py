"""What the matching of names finds, and what it takes for the same: the error rates that its docstring states."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.checkpoints.watchlist.names import NameKeys, can_be_matched, folded_name, forms, is_same_name

KEYS = NameKeys(bytes(32))
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Đặng", "Võ", "Tôn Nữ", "Nguyễn Phước")
MIDDLES = ("Văn", "Thị", "Đình", "Ngọc", "Minh", "Thị Kim", "Hữu", "Quang Minh")
GIVEN = ("An", "Anh", "Bình", "Châu", "Dũng", "Hương", "Khánh", "Linh", "Phương", "Thảo", "Trang", "Vy")
NAMES = st.builds(" ".join, st.tuples(*map(st.sampled_from, (FAMILIES, MIDDLES, GIVEN))))
LETTERS = st.sampled_from("abcdeghiklmnopqrstuvxy")


def meet(one: str, other: str) -> bool:
    """Whether a look-up of one name finds an entry of the other."""
    left, right = folded_name(one), folded_name(other)
    return bool(set(KEYS.of(left)) & set(KEYS.of(right))) and is_same_name(left, right)


@given(NAMES)
def test_marks_case_and_order_of_a_name_do_not_matter(name: str) -> None:
    words = folded_name(name).split()
    assert meet(name, " ".join(words).upper())
    assert meet(name, " ".join([words[-1], *words[:-1]]))


@given(NAMES, st.data())
def test_one_letter_added_lost_or_changed_is_forgiven(name: str, data: st.DataObject) -> None:
    plain = folded_name(name)
    place = data.draw(st.integers(0, len(plain) - 1))
    assume(plain[place] != " ")
    letter = data.draw(LETTERS)
    for slip in (
        plain[:place] + plain[place + 1 :],
        plain[:place] + letter + plain[place + 1 :],
        plain[:place] + letter + plain[place:],
    ):
        assume(can_be_matched(folded_name(slip)))
        assert meet(name, slip), (plain, slip)


@given(NAMES, st.data())
def test_two_neighbouring_letters_may_be_swapped(name: str, data: st.DataObject) -> None:
    plain = folded_name(name)
    place = data.draw(st.integers(0, len(plain) - 2))
    assume(" " not in plain[place : place + 2])
    assert meet(name, plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :])


def test_a_long_name_may_lose_a_middle_word() -> None:
    assert meet("Nguyễn Thị Kim Thảo", "Nguyễn Thị Thảo")
    assert meet("Nguyễn Thị Thảo", "Nguyễn Thị Kim Thảo")
    assert not meet("Nguyễn Thị Thảo", "Nguyễn Thảo")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn Bình"),
        ("Lê Thị Hương", "Lê Thị Hạnh"),
        ("Trần Minh Châu", "Trần Ngọc Châu"),
        ("Hoàng Thất Giả Định", "Hoàng Thất Giang"),
    ],
)
def test_other_people_s_names_do_not_meet(one: str, other: str) -> None:
    assert not meet(one, other)


@pytest.mark.parametrize("name", ["An", "Lê An", "", "1 2", "Nguyễn"])
def test_a_syllable_is_no_name_to_look_for(name: str) -> None:
    assert KEYS.of(folded_name(name)) == ()


def test_keys_tell_nothing_without_the_secret_and_differ_with_it() -> None:
    name = folded_name("Lê Thị Ánh")
    assert set(NameKeys(bytes(32)).of(name)).isdisjoint(NameKeys(bytes(31) + b"1").of(name))
    assert all(-(2**63) <= key < 2**63 for key in KEYS.of(name))


def test_every_form_is_as_particular_as_a_whole_name() -> None:
    for form in forms("nguyen thi kim thao"):
        assert len(form) >= len("nguyenthithao")


def test_of_different_names_less_than_three_in_a_hundred_pairs_look_the_same() -> None:
    names = [f"{family} {middle} {given}" for family in FAMILIES for middle in MIDDLES for given in GIVEN][::7]
    pairs = [(one, other) for place, one in enumerate(names) for other in names[:place]]
    alike = sum(is_same_name(folded_name(one), folded_name(other)) for one, other in pairs)
    assert alike / len(pairs) < 0.03
