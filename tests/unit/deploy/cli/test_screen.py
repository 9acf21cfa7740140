import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.cli.screen import JsonLines, Screen
from deploy.embedded.folders import Home
from deploy.embedded.run_record import RunRecord

RECORD = RunRecord(
    pid=1,
    state="ready",
    started_at=datetime(2026, 11, 23, tzinfo=UTC),
    kafka_bootstrap="127.0.0.1:9092",
    mongo_url="mongodb://127.0.0.1:27017/?replicaSet=rs0",
    urls={"intake": "http://localhost:8001"},
    children={},
)


def test_steps_are_ticked_off_and_the_end_says_where_everything_is(capsys: pytest.CaptureFixture[str]) -> None:
    with Screen() as screen:
        screen.step("Downloading Apache Kafka")
        screen.downloaded(1, 2)
        screen.step("Starting Kafka and MongoDB")
        screen.note("Port 8001 is taken [by another program]")
        screen.ready(RECORD, Home(Path("/data")))
    text = capsys.readouterr().out
    for part in ("✓ Downloading Apache Kafka", "✓ Starting Kafka", "! Port 8001 is taken [by another program]"):
        assert part in text
    for part in ("http://localhost:8001", "127.0.0.1:9092", "/data/logs"):
        assert part in text


def test_programs_get_one_document_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonLines() as teller:
        teller.step("Starting")
        teller.note("intake died")
        teller.ready(RECORD, Home(Path("/data")))
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"message": "intake died"}
    assert second["urls"] == {"intake": "http://localhost:8001"}
