from random import Random

from bench.measurements.names import found_share, meet, mistaken_shares
from bench.people import name_of, plate_of, with_a_slip
from shared.text import read_plate

NAMES = [name_of(Random(seed)) for seed in range(300)]


def test_all_names_are_found_without_marks_and_few_with_two_slips() -> None:
    assert found_share(NAMES, "without marks") == 100
    assert found_share(NAMES, "with two slips") < 50


def test_a_slip_changes_a_name_by_one_letter() -> None:
    written = with_a_slip("Nguyễn Văn Bình", Random(1))
    assert written != "Nguyễn Văn Bình"
    assert meet("Nguyễn Văn Bình", written)


def test_namesakes_are_told_from_those_who_only_look_alike() -> None:
    strangers = ["Nguyễn Văn Bình", "Trần Thị Hạnh", "Lê Đình Quyên", "Phạm Hữu Lộc"]
    listed = iter(["Nguyen Van Binh", "Trần Thị Hanhh"])
    assert mistaken_shares(strangers, listed, (1, 2)) == {1: (25, 0), 2: (25, 25)}


def test_plates_have_a_form_that_is_known() -> None:
    assert all(read_plate(plate_of(Random(seed), odd=1)).known_form for seed in range(50))
