import json
from pathlib import Path

from bench.reports import bodies, received, write_records
from shared.events import record_of


def test_a_report_is_some_600_bytes_of_a_citizens_words() -> None:
    sizes = [len(record_of(received(number))[1]) for number in range(100)]
    assert 500 <= sum(sizes) / len(sizes) <= 900


def test_every_number_is_a_report_of_its_own_and_always_the_same_one() -> None:
    assert len({received(number).key for number in range(100)}) == 100
    assert received(7) == received(7)


def test_bodies_are_what_the_door_takes() -> None:
    first, *_, last = bodies(1_000)
    assert json.dumps(first) != json.dumps(last)
    assert first["synthetic"] is True


def test_records_on_file_are_those_that_intake_would_publish(tmp_path: Path) -> None:
    write_records(tmp_path / "records.jsonl", range(3, 5))
    third, fourth = (json.loads(line) for line in (tmp_path / "records.jsonl").read_text("utf-8").splitlines())
    key, value, headers = record_of(received(3))
    assert (third[0].encode(), third[1].encode()) == (key, value)
    assert [(name, text.encode()) for name, text in third[2]] == headers
    assert fourth[0] != third[0]
