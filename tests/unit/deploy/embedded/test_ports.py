import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.ports import (
    candidates,
    choose_port,
    choose_ports,
    free_port,
    is_free,
    remember_ports,
    remembered_ports,
)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free(taken_port: int) -> None:
    assert not is_free(taken_port)


def test_the_first_free_candidate_is_chosen(taken_port: int) -> None:
    free = free_port()
    assert choose_port([taken_port, free]) == free


def test_without_a_free_candidate_any_free_port_is_chosen(taken_port: int) -> None:
    assert choose_port([taken_port]) not in {0, taken_port}


def test_no_connection_that_somebody_opens_meanwhile_takes_a_free_port() -> None:
    assert all(20_000 <= free_port() < 32_000 for _ in range(50))


def test_a_port_promised_to_somebody_else_is_not_chosen() -> None:
    free = free_port()
    assert choose_port([free], taken={free}) != free


def test_names_get_different_ports_even_when_they_want_the_same_one() -> None:
    free = free_port()
    chosen = choose_ports({"intake": [free], "routing": [free]})
    assert chosen["intake"] == free
    assert chosen["routing"] != free


def test_the_preferred_port_comes_before_the_remembered_one(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    remember_ports(file, {"intake": 40_001, "routing": 40_002})
    assert candidates(["intake", "routing", "kafka"], {"intake": 8001}, file) == {
        "intake": [8001, 40_001],
        "routing": [40_002],
        "kafka": [],
    }


def test_remembering_adds_to_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    remember_ports(file, {"kafka": 1})
    remember_ports(file, {"intake": 2})
    assert remembered_ports(file) == {"kafka": 1, "intake": 2}


@pytest.mark.parametrize("content", ["", "not json", "[1]", '{"kafka": "9092"}'])
def test_a_damaged_file_of_ports_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(content)
    assert remembered_ports(file) == {}
