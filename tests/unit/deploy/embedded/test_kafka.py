from pathlib import Path

import pytest

from deploy.embedded.errors import CannotRun
from deploy.embedded.kafka import Kafka, _escaped, answers_as_kafka, find_java, java_version
from deploy.embedded.ports import free_port


@pytest.fixture
def kafka(tmp_path: Path) -> Kafka:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "data" / "meta.properties").touch()  # formatted already
    return Kafka(
        tmp_path / "kafka",
        log=tmp_path / "kafka.log",
        jars=tmp_path,
        java=Path("java"),
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


def test_it_ends_when_it_runs_out_of_its_small_heap(kafka: Kafka) -> None:
    assert {"-Xmx384m", "-XX:+ExitOnOutOfMemoryError"} <= set(kafka.child.command)


def test_the_callers_java_options_do_not_reach_it(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not {"JAVA_TOOL_OPTIONS", "KAFKA_OPTS", "CLASSPATH"} & set(kafka.child.env)


def test_nobody_answers_on_a_free_port() -> None:
    assert not answers_as_kafka("127.0.0.1", free_port())


def test_the_environment_names_another_java() -> None:
    assert find_java({"HAIVAN_JAVA": "/opt/java"}) == Path("/opt/java")


def test_the_wheels_java_is_recent_enough() -> None:
    assert java_version(find_java({})) >= 17


@pytest.mark.parametrize("program", ["/nonexistent/java", "/bin/true"])
def test_what_is_no_java_is_told(program: str) -> None:
    with pytest.raises(CannotRun, match="does not run here"):
        java_version(Path(program))
