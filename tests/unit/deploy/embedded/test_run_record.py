import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil
import pytest

from deploy.embedded.run_record import ChildRecord, RunRecord, read_record, without_credentials, write_record


def record() -> RunRecord:
    return RunRecord(
        pid=1,
        state="ready",
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        kafka_bootstrap="127.0.0.1:9092",
        mongo_url="mongodb://127.0.0.1:27017/?replicaSet=rs0",
        urls={"intake": "http://localhost:8001"},
        children={"intake": ChildRecord(2, 3.0, 8001, "/log")},
    )


def test_a_record_is_read_as_it_was_written_and_only_by_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    write_record(file, record())
    assert read_record(file) == record()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", '{"pid": "x"}'])
def test_a_record_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content)
    assert read_record(file) is None


def test_a_later_version_may_add_to_it(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(msgspec.json.encode(msgspec.to_builtins(record()) | {"novelty": 1}))
    assert read_record(file) == record()


def test_a_pid_that_was_given_to_another_process_is_not_taken_for_the_child() -> None:
    mine = psutil.Process(os.getpid()).create_time()
    assert ChildRecord(os.getpid(), mine, 0, "").alive() is not None
    assert ChildRecord(os.getpid(), mine - 1_000, 0, "").alive() is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mongodb://127.0.0.1:27017/?replicaSet=rs0", "mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        ("mongodb://me:pass@db.example/x", "mongodb://***@db.example/x"),
        ("mongodb+srv://me:p%40ss@db.example", "mongodb+srv://***@db.example"),
    ],
)
def test_no_password_gets_into_it(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
