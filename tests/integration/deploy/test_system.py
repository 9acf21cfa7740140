"""`haivan up` from start to end, on real Kafka and MongoDB with services in miniature."""

import json
import signal
import socket
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from deploy.embedded.http_probe import get
from deploy.embedded.lock import holder_of
from deploy.embedded.run_record import RunRecord
from deploy.embedded.service import SERVICES
from tests.eventually import PATIENCE, eventually_sync
from tests.integration.deploy.running_system import RunningSystem, haivan, wait_until_gone

pytestmark = pytest.mark.kafka

Start = Callable[..., RunningSystem]


def settings_of(record: RunRecord, service: str) -> dict[str, Any]:
    answer = get("127.0.0.1", record.children[service].port, "/settings", timeout=PATIENCE)
    assert answer is not None
    settings: dict[str, Any] = json.loads(answer.body)
    return settings


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything_cleanly(start: Start, number: signal.Signals) -> None:
    system = start().wait_until_ready()
    children = system.children()
    assert len(children) == 6
    assert system.end(number) == 0
    wait_until_gone(children)
    assert not system.home.run_file.exists()
    assert holder_of(system.home.lock_file) is None


def test_each_service_hears_where_everything_is_and_only_the_secrets_it_may_have(start: Start) -> None:
    system = start().wait_until_ready()
    settings = {name: settings_of(system.record, name) for name in SERVICES}
    for name, given in settings.items():
        assert given["KAFKA_BOOTSTRAP_SERVERS"] == system.record.kafka_bootstrap
        assert given["MONGO_URL"] == system.record.mongo_url
        assert given["HAIVAN_ENVIRONMENT"] == "embedded"
        assert {f"HAIVAN_{other.upper()}_URL" for other in SERVICES} <= set(given)
        assert ("HAIVAN_TOKEN_PRIVATE_KEY" in given) == (name == "routing")
    assert len({given["HAIVAN_MASTER_KEY"] for given in settings.values()}) == 1


def test_what_the_command_line_reads_holds_no_secret(start: Start) -> None:
    system = start().wait_until_ready()
    secrets = json.loads(system.home.secrets_file.read_text()).values()
    shown = haivan(system.home.root, "status", "--json").stdout + haivan(system.home.root, "env").stdout
    stored = system.home.run_file.read_text() + "".join(log.read_text() for log in system.home.logs.iterdir())
    assert not [secret for secret in secrets if secret in shown + stored]


def test_status_env_and_down_find_the_running_system(start: Start) -> None:
    system = start().wait_until_ready()
    root = system.home.root

    def status_of_the_ready() -> "subprocess.CompletedProcess[str] | None":
        """A server that takes more than a second to answer counts as not ready."""
        status = haivan(root, "status", "--json")
        return status if status.returncode == 0 else None

    status = eventually_sync(status_of_the_ready)
    assert {child["name"] for child in json.loads(status.stdout)["children"] if child["ready"]} == {
        "kafka",
        "mongod",
        *SERVICES,
    }
    assert f"export KAFKA_BOOTSTRAP_SERVERS={system.record.kafka_bootstrap}" in haivan(root, "env").stdout
    assert "Stop it first" in haivan(root, "reset", "--yes").stderr
    assert "Stopped." in haivan(root, "down").stdout
    assert system.process.wait(60) == 0
    assert haivan(root, "status").returncode == 3


def test_a_second_start_on_the_same_folder_is_refused(start: Start) -> None:
    first = start().wait_until_ready()
    second = start()
    refusal = second.next_line()
    assert refusal["error"] == f"Another run (pid {first.process.pid}) uses {first.home.root}."
    assert "haivan down" in refusal["todo"]
    assert second.process.wait(60) == 1
    eventually_sync(lambda: haivan(first.home.root, "status", "--quiet").returncode == 0)


def test_a_killed_service_and_a_killed_kafka_are_started_again(start: Start) -> None:
    system = start().wait_until_ready()
    before = {name: system.child(name) for name in ("intake", "kafka")}
    for killed in before.values():
        killed.kill()
    told = [system.next_line()["message"], system.next_line()["message"]]
    assert any(text.startswith("intake died (SIGKILL); it starts again in 1 s.") for text in told)
    assert any(text.startswith("kafka died (SIGKILL); it starts again in 1 s.") for text in told)
    eventually_sync(lambda: haivan(system.home.root, "status", "--quiet").returncode == 0)
    assert all(system.child(name).pid != old.pid for name, old in before.items())


def test_a_service_that_cannot_live_stops_everything_and_its_log_is_named(start: Start) -> None:
    system = start(TEST_BROKEN_SERVICE="checkpoints")
    while "error" not in system.next_line():
        continue
    refusal = system.said[-1]
    assert refusal["error"] == "checkpoints died 5 times within 60 s."
    assert str(system.home.logs / "checkpoints.log") in refusal["todo"]
    assert "ZeroDivisionError" in refusal["todo"]
    assert system.process.wait(60) == 1
    assert not system.home.run_file.exists()


def test_after_kill_9_nothing_is_left_running_and_the_next_start_says_so_and_works(start: Start) -> None:
    first = start().wait_until_ready()
    children = first.children()
    first.process.kill()
    first.process.wait()
    wait_until_gone(children)
    assert haivan(first.home.root, "status").returncode == 3
    second = start().wait_until_ready()
    assert f"The last run here (pid {first.process.pid}) did not end cleanly" in second.messages()[0]


def test_a_port_that_is_taken_is_told_and_replaced(start: Start) -> None:
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            squatter.bind(("127.0.0.1", 8001))
            squatter.listen()
        except OSError:
            pass  # another program of this machine has it: just what the test wants
        system = start().wait_until_ready()
    assert not system.record.urls["intake"].endswith(":8001")
    told = [text for text in system.messages() if text.startswith("Port 8001 is taken by another program")]
    assert told == [
        f"Port 8001 is taken by another program; intake serves on {system.record.urls['intake'].split(':')[-1]}."
    ]


def test_a_second_signal_kills_what_does_not_end(start: Start) -> None:
    system = start().wait_until_ready()
    children = system.children()
    system.child("kafka").suspend()
    system.process.send_signal(signal.SIGINT)
    assert system.next_line() == {"message": "stopping"}
    system.end(signal.SIGINT)
    wait_until_gone(children)
