"""The keys of an installation are made once and never again; each volume gets its owner."""

import os
from pathlib import Path

import pytest

from deploy.compose.keys import OPERATOR_PASSWORD, make_key_files
from deploy.compose.owners import give
from shared.settings import Settings

ME = os.getuid()


def test_every_key_is_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = make_key_files(tmp_path, ME)
    assert OPERATOR_PASSWORD.lower() in made
    assert {path.name for path in tmp_path.iterdir()} == set(made)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o400}


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    names = make_key_files(tmp_path, ME)
    before = {name: (tmp_path / name).read_text() for name in names}
    assert make_key_files(tmp_path, ME) == []
    assert {name: (tmp_path / name).read_text() for name in names} == before


def test_a_lost_key_is_not_replaced_by_another(tmp_path: Path) -> None:
    make_key_files(tmp_path, ME)
    (tmp_path / "haivan_master_key").unlink()
    with pytest.raises(FileNotFoundError, match="haivan_master_key"):
        make_key_files(tmp_path, ME)
    assert not (tmp_path / "haivan_master_key").exists()


def test_services_know_each_key_by_its_file_name(tmp_path: Path) -> None:
    known = {f"haivan_{field}" for field in Settings.model_fields}
    assert set(make_key_files(tmp_path, ME)) <= known


def test_a_folder_that_is_its_owners_already_is_left_alone(tmp_path: Path) -> None:
    assert not give(tmp_path, ME)
