from pathlib import Path

import pytest

from deploy.embedded import kafka as module
from deploy.embedded.errors import CannotRun
from deploy.embedded.java import Java
from deploy.embedded.kafka import Kafka, _escaped, answers_as_kafka, new_cluster_id
from deploy.embedded.ports import free_port


@pytest.fixture
def kafka(tmp_path: Path) -> Kafka:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "data" / "meta.properties").touch()  # formatted already
    return Kafka(
        tmp_path / "kafka",
        log=tmp_path / "kafka.log",
        jars=tmp_path,
        java=Java(Path("java"), 25),
        port=19092,
        controller_port=19093,
    )


def test_it_listens_on_the_loopback_interface_only_and_makes_no_topics_by_itself(
    kafka: Kafka, tmp_path: Path
) -> None:
    kafka.prepare()
    lines = (tmp_path / "kafka" / "server.properties").read_text().splitlines()
    assert "listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093" in lines
    assert "auto.create.topics.enable=false" in lines
    assert kafka.bootstrap == "127.0.0.1:19092"


def test_a_folder_with_any_name_is_written_as_java_reads_it(tmp_path: Path) -> None:
    assert _escaped("/nhà/Hải Vân\\🏔") == "/nh\\u00e0/H\\u1ea3i V\\u00e2n\\\\\\ud83c\\udfd4"


def test_no_cluster_is_named_like_an_option() -> None:
    assert not [name for name in (new_cluster_id() for _ in range(2_000)) if name.startswith("-") or len(name) != 22]


def test_it_ends_when_it_runs_out_of_its_small_heap(kafka: Kafka) -> None:
    assert {"-Xmx384m", "-XX:+ExitOnOutOfMemoryError"} <= set(kafka.child.command)


def test_the_callers_java_options_do_not_reach_it(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not {"JAVA_TOOL_OPTIONS", "KAFKA_OPTS", "CLASSPATH"} & set(kafka.child.env)


def test_nobody_answers_on_a_free_port() -> None:
    assert not answers_as_kafka("127.0.0.1", free_port())


def test_an_older_java_is_not_told_words_it_does_not_know(tmp_path: Path) -> None:
    old = Kafka(tmp_path, log=tmp_path / "log", jars=tmp_path, java=Java(Path("java"), 17), port=1, controller_port=2)
    assert not [word for word in old.child.command if "unsafe" in word]


def test_a_format_that_does_not_end_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FORMAT_SECONDS", 0.5)
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexec sleep 600\n")
    java.chmod(0o755)
    fresh = Kafka(
        tmp_path / "kafka", log=tmp_path / "log", jars=tmp_path, java=Java(java, 25), port=1, controller_port=2
    )
    with pytest.raises(CannotRun, match=r"took more than 0\.5 s to format .* Try again"):
        fresh.prepare()
